"""The components that pages are made of. They are built in: templates need no ``{% load %}``.

The gallery at ``/components/`` shows each with its variants.
"""

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm, BaseFormSet, BoundField, MultiWidget, SelectDateWidget
from django.forms.widgets import ChoiceWidget
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import reverse, translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info, gettext

from common import linked_data, navigation, share_pictures
from common.markdown import to_html

register = template.Library()


# Languages ------------------------------------------------------------------


# By the names that social media know.
_LOCALES = {"fi": "fi_FI", "sv": "sv_SE", "en": "en_GB"}


def _addresses(context: Context) -> dict[str, str]:
    """Path of the same page in each language.

    A view whose addresses differ more than by their words gives ``alternates`` (language → path).
    A page that exists in no other language leads to the front page there.
    """
    if alternates := context.get("alternates"):
        return alternates
    if not (request := context.get("request")):
        return {language: f"/{language}/" for language, _name in settings.LANGUAGES}
    return _translated(request.path, get_language(), settings.ROOT_URLCONF)


@lru_cache(maxsize=1024)
def _translated(path: str, language: str, urlconf: str) -> dict[str, str]:
    """The path in each language; how it is read depends on the language and the list of addresses."""
    addresses = {}
    for language, _name in settings.LANGUAGES:
        translated = translate_url(path, language)
        addresses[language] = translated if translated.startswith(f"/{language}/") else f"/{language}/"
    return addresses


@register.inclusion_tag("components/language_links.html", takes_context=True)
def language_links(context: Context) -> dict[str, Any]:
    """Links to the same page, with the same query, in the other languages."""
    request = context.get("request")
    query = request.META.get("QUERY_STRING", "") if request else ""
    return {
        "links": [
            {
                "language": language,
                "name": get_language_info(language)["name_local"].capitalize(),
                "url": f"{path}?{query}" if query and "?" not in path else path,
                "is_current": language == get_language(),
            }
            for language, path in _addresses(context).items()
        ]
    }


@register.inclusion_tag("components/alternate_links.html", takes_context=True)
def alternate_links(context: Context) -> dict[str, Any]:
    """For the head of a page: where the same page is in each language, and in which it is now."""
    present = get_language()
    return {
        "base_url": settings.BASE_URL,
        "addresses": _addresses(context),
        "default": settings.LANGUAGE_CODE,
        "locales": [_LOCALES[present], *(name for code, name in _LOCALES.items() if code != present)],
    }


@register.simple_tag
def lang(language: str) -> SafeString:
    """``lang="sv"`` for an element whose text is in another language than the page; otherwise nothing."""
    if not language or language == get_language():
        return SafeString("")
    return format_html('lang="{}"', language)


@register.simple_tag
def in_language(text: str, language: str) -> str:
    """``text`` as an element that names its language when it differs from the page's; otherwise as it is."""
    if not text or not language or language == get_language():
        return text
    return format_html('<span lang="{}">{}</span>', language, text)


@register.filter
def markdown(text: str) -> SafeString:
    """Markdown of an editorial text as safe HTML; its headings begin with ``h3``."""
    return to_html(text)


@register.inclusion_tag("components/language_note.html")
def language_note(language: str) -> dict[str, Any]:
    """Says that a text is in another language than the page; nothing when it is in the page's own."""
    is_other = bool(language) and language != get_language()
    return {"name": get_language_info(language)["name_translated"] if is_other else ""}


# What the head of a page tells machines ------------------------------------


@register.simple_block_tag
def told(content: str) -> SafeString:
    """``{% told as name %}…{% endtold %}``: words that the head says more than once, fit for an attribute."""
    return SafeString(content.strip().replace('"', "&quot;"))


@register.inclusion_tag("components/share_picture.html", takes_context=True)
def share_picture_tags(context: Context) -> dict[str, Any]:
    """The picture that a view gave as ``share_picture``, or that of the site."""
    picture = context.get("share_picture") or share_pictures.SharePicture(
        path=_url("share_picture", get_language(), settings.ROOT_URLCONF), alt=gettext("Innovation registry")
    )
    return {
        "base_url": settings.BASE_URL,
        "picture": picture,
        "width": share_pictures.WIDTH,
        "height": share_pictures.HEIGHT,
    }


@register.inclusion_tag("components/linked_data.html", takes_context=True)
def linked_data_blocks(context: Context) -> dict[str, Any]:
    """What a view gave as ``linked_data``: descriptions by schema.org, each in an element of its own."""
    return {"blocks": [linked_data.as_script_text(block) for block in context.get("linked_data") or ()]}


# The frame of a page --------------------------------------------------------


@cache
def _url(name: str, language: str, urlconf: str) -> str:
    """The address by that name, which differs by language and list of addresses."""
    return reverse(name)


def _link(entry: navigation.Entry, path: str) -> dict[str, Any]:
    url = _url(entry.url_name, get_language(), settings.ROOT_URLCONF)
    current = "page" if path == url else "true" if path.startswith(url) else ""
    return {"label": entry.label, "url": url, "current": current}


def _links(entries: Iterable[navigation.Entry], path: str) -> list[dict[str, Any]]:
    return [_link(entry, path) for entry in entries]


def _path(context: Context) -> str:
    request = context.get("request")
    return request.path if request else ""


@register.inclusion_tag("components/navigation.html", takes_context=True)
def main_navigation(context: Context) -> dict[str, Any]:
    """The header's links, the present page's marked, and the one act that every page offers."""
    path, menus = _path(context), context.get("site_menus")
    return {
        "links": _links(navigation.HEADER, path),
        "pages_label": navigation.PAGES,
        "pages": menus.header if menus else [],
        "act": _link(navigation.ACT, path),
    }


@register.inclusion_tag("components/own_menu.html", takes_context=True)
def own_menu(context: Context) -> dict[str, Any]:
    """Signing in; or, for someone signed in, the way to what is theirs and out."""
    user, path = context.get("user"), _path(context)
    if user is None or not user.is_authenticated:
        return {"user": None, "path": path}
    entries = [*navigation.OWN, *([navigation.ADMINISTRATION] if user.is_staff else [])]
    return {
        "user": user,
        "links": _links(entries, path),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("components/footer_links.html", takes_context=True)
def footer_links(context: Context) -> dict[str, Any]:
    groups = []
    for group in navigation.FOOTER:
        links = [
            {"label": entry.label, "url": entry.url, "is_external": True}
            if isinstance(entry, navigation.ExternalEntry)
            else _link(entry, "")
            for entry in group.entries
        ]
        groups.append({"title": group.title, "links": links})
    if (menus := context.get("site_menus")) and menus.footer:
        groups.insert(1, {"title": navigation.PAGES, "links": menus.footer})
    return {"groups": groups}


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(crumbs: Iterable[tuple[str, str]] | None) -> dict[str, Any]:
    """The way from the front page to this one: pairs of label and address, this page last with ``""``."""
    return {"crumbs": list(crumbs or ())}


# Small pieces ---------------------------------------------------------------


@register.simple_tag
@cache
def icon(name: str) -> str:
    """A line drawing of 24 px, from ``templates/components/icons/``; it says nothing to a screen reader."""
    return render_to_string(f"components/icons/{name}.svg")


@register.inclusion_tag("components/pill.html")
def pill(text: str, tone: str = "quiet", icon: str = "") -> dict[str, Any]:
    """A short fact. Tones: quiet, green (measured, in use), blue (spread), amber (trials, endings), red."""
    return {"text": text, "tone": tone, "icon": icon}


@register.inclusion_tag("components/pill.html")
def status_pill(status: Any) -> dict[str, Any]:
    """A member of a ``TextChoices`` in its own words and tone."""
    return {"text": status.label, "tone": status.tone}


@register.inclusion_tag("components/principle_badge.html")
def principle_badge(principle: Any, short: bool = False, url: str = "") -> dict[str, Any]:
    """One of the five principles: its number in its hue, with its name, which ``short`` only reads out.

    ``principle`` has ``code`` ("1" to "5") and ``name``.
    """
    return {"code": principle.code, "name": principle.name, "short": short, "url": url}


@register.inclusion_tag("components/stat.html")
def stat(value: str, label: str, note: str = "", url: str = "", tone: str = "") -> dict[str, Any]:
    """A large figure. A sum says in ``note`` of how many cases it is and how they were established.

    ``tone``: "green" for what was measured, "quiet" for what is only estimated.
    """
    return {"value": value, "label": label, "note": note, "url": url, "tone": tone}


@register.inclusion_tag("components/back_link.html")
def back_link(url: str, label: str) -> dict[str, Any]:
    return {"url": url, "label": label}


@register.simple_block_tag
def notice(content: str, tone: str = "info", title: str = "") -> str:
    """A message in the page. Tones: info, success, warning, danger."""
    return render_to_string("components/notice.html", {"content": content, "tone": tone, "title": title})


@register.simple_block_tag
def empty_state(content: str, title: str, icon: str = "search") -> str:
    """What stands where there is nothing to list; the content says what to do next."""
    return render_to_string("components/empty_state.html", {"content": content, "title": title, "icon": icon})


@register.inclusion_tag("components/steps.html")
def steps(steps: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Steps of a long form: ``label``, ``url`` (may be empty) and ``state``: done, current, gap or todo."""
    steps = list(steps)
    position = next((number for number, step in enumerate(steps, 1) if step["state"] == "current"), 0)
    return {"steps": steps, "position": position, "count": len(steps)}


@register.inclusion_tag("components/adoption_chain.html")
def adoption_chain(links: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Who took it up, the original first.

    A link has ``organisation`` and may have ``url``, ``mode`` (original, copy, adapted, inspired),
    ``mode_label``, ``year``, ``result`` with its ``language``, ``follows`` (from whom, when not the original)
    and ``is_reported`` (not yet confirmed).
    """
    return {"links": list(links)}


# Lists and search -----------------------------------------------------------


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page, parameter: str = "page") -> dict[str, Any]:
    """Links to the other pages of a list; the rest of the query stays."""
    query = context["request"].GET.copy()
    query.pop(parameter, None)
    base = query.urlencode()

    def url(number: int) -> str:
        page_query = urlencode({parameter: number}) if number > 1 else ""
        return "?" + "&".join(part for part in (base, page_query) if part)

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "previous": url(page.previous_page_number()) if page.has_previous() else "",
        "next": url(page.next_page_number()) if page.has_next() else "",
        "numbers": [
            {"number": number, "url": url(number) if isinstance(number, int) else ""} for number in numbers
        ],
    }


@register.inclusion_tag("components/facet_group.html")
def facet_group(name: str, title: str, options: Iterable[dict[str, Any]], shown: int = 8) -> dict[str, Any]:
    """Checkboxes of one facet. An option has ``value``, ``label``, ``count``, ``is_chosen``.

    Those beyond the first ``shown`` are folded away, unless one of them is chosen.
    """
    options = list(options)
    rest = options[shown:]
    return {
        "name": name,
        "title": title,
        "first": options[:shown],
        "rest": rest,
        "rest_is_open": any(option["is_chosen"] for option in rest),
    }


@register.inclusion_tag("components/filter_chips.html")
def filter_chips(chips: Iterable[dict[str, Any]], clear_url: str = "") -> dict[str, Any]:
    """What was chosen, each with a link that takes it back: ``label``, ``url``."""
    return {"chips": list(chips), "clear_url": clear_url}


# Forms ----------------------------------------------------------------------


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm | BaseFormSet | list[BaseForm | BaseFormSet]) -> dict[str, Any]:
    """All errors of the forms in their own words, each leading to its field. Takes the focus at once."""
    errors: list[dict[str, Any]] = []
    for form in forms:
        if isinstance(form, list):
            errors += error_summary(*form)["errors"]
        elif isinstance(form, BaseFormSet):
            if form.is_bound:
                errors += [{"message": message, "href": ""} for message in form.non_form_errors()]
                for member in form.forms:
                    errors += _errors(member)
        else:
            errors += _errors(form)
    return {"errors": errors}


def _errors(form: BaseForm) -> list[dict[str, Any]]:
    errors: list[dict[str, Any]] = []
    for name, messages in form.errors.items():
        field = form[name] if name in form.fields else None
        errors += [
            {
                "label": field.label if field else "",
                "message": message,
                "href": f"#{_first_input(field)}" if field else "",
            }
            for message in messages
        ]
    return errors


def _first_input(field: BoundField) -> str:
    """Id of the element that a link to the field should reach."""
    widget = field.field.widget
    if isinstance(widget, SelectDateWidget):
        return field.id_for_label
    is_group = isinstance(widget, MultiWidget) or (isinstance(widget, ChoiceWidget) and field.use_fieldset)
    return f"{field.auto_id}_0" if is_group else field.auto_id
