"""Contacts where they are needed: beside what somebody may want to ask about."""

from typing import Any

from django import template

from pages import contacts

register = template.Library()


@register.inclusion_tag("pages/contacts_about.html")
def contacts_about(topic: str) -> dict[str, Any]:
    """Those to ask about a topic (a value of ``ContactTopic``); nothing while there are none. One query."""
    return {"contacts": contacts.contacts_about(topic)}
