"""The band beneath every page for readers that asks whether it was useful."""

from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse

from pages.feedback import paths

register = template.Library()


@register.inclusion_tag("pages/feedback/band.html", takes_context=True)
def feedback_band(context: Context) -> dict[str, Any]:
    """A plain form that leads to the questions; nothing on pages that feedback is not asked of."""
    request = context.get("request")
    page = paths.of_request(request) if request else ""
    return {"page": page, "action": reverse("pages:feedback") if page else ""}
