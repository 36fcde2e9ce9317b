"""Asking readers what they think of a page, and taking it in.

The links to these pages are on every page for readers; nothing is counted before the form is sent.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from common.spam_guard import WAITING, SpamGuard, Verdict
from pages.models import Feedback

from . import actions, paths
from .forms import USEFUL, AccessibilityForm, FeedbackForm

GUARDED = "pages:feedback"


# The form does nothing in the name of whoever is signed in, so there is nothing that another site could make
# a visitor's browser do here; and so it works for people who allow no cookies.
@csrf_exempt
# Each page is its own, but whoever goes back to it finds what they typed.
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
def feedback_page(request: HttpRequest) -> HttpResponse:
    """A yes or a no, own words, or both."""
    return _asked(request, FeedbackForm, "pages:feedback")


@csrf_exempt
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
def accessibility_page(request: HttpRequest) -> HttpResponse:
    """What is not accessible: it is answered within 14 days."""
    return _asked(request, AccessibilityForm, "pages:feedback_accessibility")


def _asked(request: HttpRequest, form_class: type[FeedbackForm], here: str) -> HttpResponse:
    if request.method != "POST":
        page = paths.told(request.GET.get("page", ""))
        useful = request.GET.get("useful")
        form = form_class(initial={"page": page, "useful": useful if useful in USEFUL else None})
        return _form_page(request, form, SpamGuard.new(GUARDED), here)
    form = form_class(request.POST)
    guard = SpamGuard.sent(GUARDED, request.POST)
    if not form.is_valid():
        return _form_page(request, form, guard.again(), here)
    # Nobody tells who they are, so no sender is counted but the network address. What was told stands for the
    # sender: a form that is sent twice counts once, and one that was changed meanwhile is not lost.
    sender = f"{guard.stamp}\0{form.told}"
    verdict = guard.judge(request, sender)
    if verdict is Verdict.UNPROVEN:
        return _waiting_page(request, guard, form, sender, here)
    if verdict is Verdict.PASSED:
        _take_in(form)
    elif verdict is not Verdict.REPEATED:
        form.add_error(None, _refusal(verdict))
        return _form_page(request, form, guard.again(), here)
    is_accessibility = form.kind == Feedback.Kind.ACCESSIBILITY
    return redirect("pages:feedback_told" if is_accessibility else "pages:feedback_thanks")


def _take_in(form: FeedbackForm) -> None:
    values = form.cleaned_data
    actions.tell(
        kind=form.kind,
        language=get_language() or "",
        path=values["page"],
        is_useful=USEFUL.get(values.get("useful", "")),
        words=values["words"],
        email=values["email"],
    )


def _form_page(request: HttpRequest, form: FeedbackForm, guard: SpamGuard, here: str) -> HttpResponse:
    context = {
        "form": form,
        "guard": guard,
        "is_accessibility": isinstance(form, AccessibilityForm),
        "about": paths.told(form["page"].value() or ""),
        "action": reverse(here),
        "breadcrumbs": _crumbs(here),
    }
    return render(request, "pages/feedback/form.html", context)


def _waiting_page(
    request: HttpRequest, guard: SpamGuard, form: FeedbackForm, sender: str, here: str
) -> HttpResponse:
    """For browsers whose script did not do the work: everything is kept, to be sent once more in a while."""
    waited = guard.waiting(sender)
    context = {
        "kept": [(name, value) for name in form.fields for value in request.POST.getlist(name)],
        "stamp": guard.stamp,
        "waited": waited,
        "seconds": WAITING,
        "has_errors": waited == guard.waited,
        "action": reverse(here),
        "breadcrumbs": _crumbs(here),
    }
    return render(request, "pages/feedback/wait.html", context)


def _refusal(verdict: Verdict) -> str:
    if verdict is Verdict.TOO_MUCH:
        return _(
            "Too much feedback has come from your network lately. Everything that you wrote is here: please"
            " send it once more in an hour."
        )
    return verdict.words


def _crumbs(here: str) -> list[tuple[str, str]]:
    if here == "pages:feedback_accessibility":
        return [
            (_("Accessibility statement"), reverse("pages:accessibility")),
            (_("Feedback on accessibility"), ""),
        ]
    return [(_("Feedback"), "")]


@require_safe
def thanks(request: HttpRequest, is_accessibility: bool = False) -> HttpResponse:
    """What happens next."""
    context = {"is_accessibility": is_accessibility, "breadcrumbs": [(_("Thank you"), "")]}
    return render(request, "pages/feedback/thanks.html", context)


urlpatterns = [
    path(pgettext_lazy("url", "feedback/"), feedback_page, name="feedback"),
    path(pgettext_lazy("url", "feedback/thanks/"), thanks, name="feedback_thanks"),
    path(pgettext_lazy("url", "feedback/accessibility/"), accessibility_page, name="feedback_accessibility"),
    path(
        pgettext_lazy("url", "feedback/accessibility/thanks/"),
        thanks,
        {"is_accessibility": True},
        name="feedback_told",
    ),
]
