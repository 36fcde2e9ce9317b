"""What the pages of the administration tell about all of the site."""

from django import template
from django.template.context import Context

from common.admin.counters import Counter, Happening
from pages.admin import start

register = template.Library()


@register.simple_tag(takes_context=True)
def waiting(context: Context) -> list[Counter]:
    return start.waiting_for(context["request"].user)


@register.simple_tag(takes_context=True)
def lately(context: Context) -> list[Happening]:
    return start.lately(context["request"].user)
