"""What the network is, asking to join it, and following one's request by the link that was mailed."""

import time
from collections.abc import Callable
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Organisation
from accounts.register import Register
from common.secret_pages import secret_page
from common.spam_guard import FIELDS as GUARD_FIELDS
from common.spam_guard import WAITING, SpamGuard, Verdict
from common.workflow import TransitionRefused, decide
from network import actions, consents, workflow
from network.actions import Application
from network.forms import AnswerForm, JoinForm
from network.models import JoinRequest, Member

from .events import next_events

GUARDED = "network:join"
# What asking to join takes, in seconds, whoever the address belongs to: longer than any of the ways inside.
# What takes longer, such as a slow mail server, takes a whole number of these.
ASKING_TAKES = 0.4


# The network ------------------------------------------------------------------


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What the network is, for whom, and how to join."""
    is_member = Member.objects.of(request.user) is not None
    context = {
        "figures": figures(),
        "is_member": is_member,
        "events": next_events(request.user),
        "breadcrumbs": [(_("Network"), "")],
    }
    return render(request, "network/front.html", context)


def figures() -> dict[str, int]:
    """How many members there are, of how many organisations."""
    counts = Member.objects.active().aggregate(
        members=Count("pk"),
        registered=Count("organisation", distinct=True),
        named=Count(
            Lower("organisation_name"),
            filter=Q(organisation=None) & ~Q(organisation_name=""),
            distinct=True,
        ),
    )
    return {"members": counts["members"], "organisations": counts["registered"] + counts["named"]}


# Asking to join ---------------------------------------------------------------


# The form does nothing in the name of whoever is signed in, so there is nothing that another site could make
# a visitor's browser do here; and so it works for people who allow no cookies.
@csrf_exempt
# Each page is its own, but whoever goes back to it finds what they typed.
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """The application. Its answer is the same whoever the address belongs to."""
    register = Register()
    if request.method != "POST":
        form = JoinForm(initial=_known_of(request), register=register)
        return _form_page(request, form, SpamGuard.new(GUARDED))
    form = JoinForm(request.POST, register=register)
    guard = SpamGuard.sent(GUARDED, request.POST)
    if not form.is_valid():
        return _form_page(request, form, guard.again())
    verdict = guard.judge(request, form.cleaned_data["email"])
    if verdict is Verdict.UNPROVEN:
        return _waiting_page(request, guard, form.cleaned_data["email"])
    if verdict is Verdict.PASSED:
        _ask(form)
    elif verdict is not Verdict.REPEATED:
        form.add_error(None, _refusal(verdict))
        return _form_page(request, form, guard.again())
    return redirect("network:asked")


def _ask(form: JoinForm) -> None:
    begun = time.monotonic()
    values = form.cleaned_data
    actions.ask_to_join(
        Application(
            email=values["email"],
            name=values["name"],
            language=values["language"],
            role=values["role"],
            works_on=values["works_on"],
            wants_to_learn=values["wants_to_learn"],
            in_directory=values["in_directory"],
            interests=form.interests,
            consents=form.consents,
            read_in=get_language() or "",
            **form.organisation_values,
        )
    )
    time.sleep(-(time.monotonic() - begun) % ASKING_TAKES)


def _known_of(request: HttpRequest) -> dict[str, Any]:
    """What need not be asked again of somebody who is signed in."""
    user = request.user
    if not user.is_authenticated:
        return {"language": get_language()}
    organisation = user.organisation or Organisation.objects.for_email(user.email)
    return {
        "name": user.display_name,
        "email": user.email,
        "organisation": organisation.name if organisation else "",
        "language": user.language,
    }


def _form_page(request: HttpRequest, form: JoinForm, guard: SpamGuard) -> HttpResponse:
    context = {
        "form": form,
        "guard": guard,
        "offered": form.register.offered,
        "version": consents.VERSION,
        "breadcrumbs": _crumbs(_("Join")),
    }
    return render(request, "network/join.html", context)


def _waiting_page(request: HttpRequest, guard: SpamGuard, sender: str) -> HttpResponse:
    """For browsers whose script did not do the work: everything is kept, to be sent once more in a while."""
    kept = [
        (name, value) for name, values in request.POST.lists() if name not in GUARD_FIELDS for value in values
    ]
    waited = guard.waiting(sender)
    context = {
        "kept": kept,
        "stamp": guard.stamp,
        "waited": waited,
        "seconds": WAITING,
        "has_errors": waited == guard.waited,
        "breadcrumbs": _crumbs(_("Join")),
    }
    return render(request, "network/join_wait.html", context)


def _refusal(verdict: Verdict) -> str:
    if verdict is Verdict.TOO_MUCH:
        return _(
            "Too many have asked to join from your network, or with this address, lately. Everything that"
            " you wrote is here: please send it once more in an hour."
        )
    return verdict.words


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    return render(request, "network/asked.html", {"breadcrumbs": _crumbs(_("Check your mail"))})


def _crumbs(here: str) -> list[tuple[str, str]]:
    return [(_("Network"), reverse("network:front")), (here, "")]


# One's request ----------------------------------------------------------------


@secret_page
def request_page(request: HttpRequest, secret: str) -> HttpResponse:
    """What the mailed link opens. Opening it, as mail scanners do, changes nothing; a button does."""
    found = actions.find_by_secret(secret)
    if found is None:
        return render(request, "network/link_gone.html", status=404)
    if request.method == "POST" and (act := _ACTS.get(request.POST.get("act", ""))):
        try:
            return act(request, found)
        except TransitionRefused as refusal:
            # Somebody else, or the same person's second press, was quicker.
            context = {"refusal": str(refusal), "has_errors": True}
            return render(request, "network/link_gone.html", context, status=409)
    return _request_page(request, found)


def _request_page(request: HttpRequest, found: JoinRequest, form: AnswerForm | None = None) -> HttpResponse:
    is_asked = found.state == JoinRequest.State.MORE_ASKED
    asked_last = found.events.filter(act="ask_more").first() if is_asked else None
    context = {
        "found": found,
        "interests": list(found.interests.all()),
        "may_confirm": decide(workflow.CONFIRM, found, None).allowed,
        "asked_last": asked_last,
        "form": form or (AnswerForm() if asked_last else None),
        "withdrawing": "withdraw" in request.GET,
    }
    return render(request, "network/request.html", context)


def _confirm(request: HttpRequest, found: JoinRequest) -> HttpResponse:
    actions.confirm(found)
    return redirect("network:confirmed")


def _renew(request: HttpRequest, found: JoinRequest) -> HttpResponse:
    actions.renew(found)
    return redirect("network:asked")


def _answer(request: HttpRequest, found: JoinRequest) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _request_page(request, found, form)
    actions.answer(found, text=form.cleaned_data["text"])
    return redirect("network:answered")


def _withdraw(request: HttpRequest, found: JoinRequest) -> HttpResponse:
    actions.withdraw(found)
    return redirect("network:withdrawn")


_ACTS: dict[str, Callable[[HttpRequest, JoinRequest], HttpResponse]] = {
    "confirm": _confirm,
    "renew": _renew,
    "answer": _answer,
    "withdraw": _withdraw,
}


@require_safe
def done(request: HttpRequest, what: str) -> HttpResponse:
    """What follows after a button of the request's page; the address holds no secret any more."""
    return render(request, f"network/{what}.html")


urlpatterns = [
    path(pgettext_lazy("url", "network/"), front, name="front"),
    path(pgettext_lazy("url", "network/join/"), join, name="join"),
    path(pgettext_lazy("url", "network/join/check-mail/"), asked, name="asked"),
    path(pgettext_lazy("url", "network/join/confirmed/"), done, {"what": "confirmed"}, name="confirmed"),
    path(pgettext_lazy("url", "network/join/answered/"), done, {"what": "answered"}, name="answered"),
    path(pgettext_lazy("url", "network/join/withdrawn/"), done, {"what": "withdrawn"}, name="withdrawn"),
    path(pgettext_lazy("url", "network/request/<str:secret>/"), request_page, name="request"),
]
