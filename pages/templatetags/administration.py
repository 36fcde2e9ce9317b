"""What the pages of the administration tell about all of the site."""

from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse

from common.admin.counters import Counter, Happening, Shortcut
from pages.admin import start
from pages.administration.groups import Group, group_of
from pages.administration.guides import Guide, guides_of

register = template.Library()


@register.simple_tag(takes_context=True)
def waiting(context: Context) -> list[Counter]:
    return start.waiting_for(context["request"].user)


@register.simple_tag(takes_context=True)
def shortcuts(context: Context) -> list[Shortcut]:
    return start.shortcuts(context["request"].user)


@register.simple_tag(takes_context=True)
def lately(context: Context) -> list[Happening]:
    return start.lately(context["request"].user)


@register.simple_tag(takes_context=True)
def own_guides(context: Context) -> list[Guide]:
    return guides_of(context["request"].user)


@register.simple_tag(takes_context=True)
def current_group(context: Context) -> Group | None:
    """The group of the page's model, on pages about one."""
    opts: Any = context.get("opts")
    return group_of(opts.label) if opts else None


@register.simple_tag(takes_context=True)
def guide_url(context: Context) -> str:
    """The guide of those who work with what the page is about; on other pages, the list of guides."""
    group = current_group(context)
    return reverse("admin:guide", args=[group.guide]) if group else reverse("admin:guides")
