"""Events: what comes and what has been, signing up, and calendars."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, cast

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from common import uploads
from common.addresses import in_each_language
from network import calendars, event_actions, linked_data
from network.event_actions import EventRefused
from network.models import Event, EventMaterial, Member, SignUp

from .members import MemberRequest, crumbs, members_crumbs, members_only, signed_in

# Of past events on the page, and of coming ones on other pages.
MOST_PAST = 50
NEXT = 3


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """What comes, and what has been with its materials."""
    visible = Event.objects.visible_to(request.user).exclude(state=Event.State.DRAFT)
    kind = request.GET.get("kind", "")
    if kind in Event.Kind.values:
        visible = visible.filter(kind=kind)
    context = {
        "coming": list(visible.coming()),
        "past": list(visible.past().prefetch_related("materials")[:MOST_PAST]),
        "kinds": Event.Kind.choices,
        "kind": kind,
        "breadcrumbs": crumbs(_("Events")),
    }
    return render(request, "network/events.html", context)


def next_events(user: Any) -> list[Event]:
    """The next events for the start pages: of those that the person may see."""
    visible = Event.objects.visible_to(user).filter(state=Event.State.PUBLISHED)
    return list(visible.coming()[:NEXT])


@require_safe
def event(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """All that one may know of one event."""
    shown = _visible(request, pk, Prefetch("materials"))
    if slug != shown.slug:
        return redirect("network:event", pk=pk, slug=shown.slug, permanent=False)
    return _event_page(request, shown)


def _event_page(request: HttpRequest, shown: Event, refusal: str = "") -> HttpResponse:
    own = _sign_up_of(request, shown)
    is_going = own is not None and own.state == SignUp.State.GOING
    free_places = event_actions.free_places(shown) if shown.is_open_for_sign_up else None
    may_take_part = request.user.is_authenticated and event_actions.may_take_part(shown, request.user)
    context = {
        "event": shown,
        "own": own,
        "place_in_queue": event_actions.place_in_queue(own)
        if own is not None and own.state == SignUp.State.WAITING
        else None,
        "online_url": shown.online_url if is_going or _is_member(request) else "",
        "may_sign_up": may_take_part and shown.is_open_for_sign_up and own is None,
        "free_places": free_places,
        "linked_data": [linked_data.of_event(shown, free_places=free_places)] if shown.is_public else [],
        "refusal": refusal,
        "alternates": in_each_language(shown.get_absolute_url),
        "breadcrumbs": crumbs(shown.title, (_("Events"), reverse("network:events"))),
    }
    return render(request, "network/event.html", context, status=409 if refusal else 200)


@signed_in
@require_POST
def sign_up(request: HttpRequest, pk: int) -> HttpResponse:
    shown = _visible(request, pk)
    try:
        event_actions.sign_up(shown, user=cast(User, request.user))
    except EventRefused as refusal:
        return _event_page(request, shown, str(refusal))
    return redirect("network:event", pk=pk, slug=shown.slug)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks, POST takes the sign-up back."""
    shown = _visible(request, pk)
    if _sign_up_of(request, shown) is None:
        return redirect("network:event", pk=pk, slug=shown.slug)
    if request.method != "POST":
        trail = crumbs(_("Take the sign-up back"), (_("Events"), reverse("network:events")))
        return render(request, "network/take_back.html", {"event": shown, "breadcrumbs": trail})
    try:
        event_actions.cancel_sign_up(shown, user=cast(User, request.user))
    except EventRefused as refusal:
        return _event_page(request, shown, str(refusal))
    return redirect("network:event", pk=pk, slug=shown.slug)


@require_safe
def material(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """A file of an event, as a download, for whoever sees the event."""
    events = Event.objects.visible_to(request.user)
    found = get_object_or_404(EventMaterial.objects.exclude(file=""), pk=pk, name=name, event__in=events)
    response = uploads.answer(
        found.file,
        name=found.name,
        content_type=found.content_type,
        etag=f"{found.pk}-{found.size}",
        as_attachment=True,
    )
    response["Cache-Control"] = "private, no-cache"
    return response


def _visible(request: HttpRequest, pk: int, *prefetched: Prefetch) -> Event:
    visible = Event.objects.visible_to(request.user).exclude(state=Event.State.DRAFT)
    found: Event = get_object_or_404(visible.prefetch_related(*prefetched), pk=pk)
    return found


def _sign_up_of(request: HttpRequest, shown: Event) -> SignUp | None:
    if not request.user.is_authenticated:
        return None
    return SignUp.objects.live().filter(event=shown, user=request.user).first()


def _is_member(request: HttpRequest) -> bool:
    return Member.objects.of(request.user) is not None


# Calendars --------------------------------------------------------------------


@require_safe
def event_ics(request: HttpRequest, pk: int) -> HttpResponse:
    shown = _visible(request, pk)
    own = _sign_up_of(request, shown)
    with_links = _is_member(request) or (own is not None and own.state == SignUp.State.GOING)
    mine = {shown.pk: own.state} if own is not None else None
    answer = _file(request, [shown], with_links=with_links, own=mine)
    if request.user.is_authenticated:
        answer["Cache-Control"] = "private, no-cache"
    return answer


@cache_control(public=True, max_age=900)
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """What is open to everybody; the same for whoever asks."""
    public = Event.objects.exclude(state=Event.State.DRAFT).filter(is_public=True)
    return _file(request, public, with_links=False)


@cache_control(private=True, no_cache=True)
@require_safe
def own_calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """The events of the network for the member whose secret address this is."""
    member = event_actions.member_of_calendar(secret)
    if member is None:
        raise Http404
    own = dict(SignUp.objects.live().filter(user=member.user).values_list("event", "state"))
    answer = _file(request, Event.objects.exclude(state=Event.State.DRAFT), with_links=True, own=own)
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer


@members_only
@cache_control(no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def calendar_address(request: MemberRequest) -> HttpResponse:
    """POST makes a new secret address, which is shown this once, or none; the one before stops working."""
    address = ""
    if request.method == "POST" and request.POST.get("act") == "close":
        event_actions.close_calendar(request.member)
        messages.success(request, _("The address is closed. Nobody sees anything by it any more."))
        return redirect("network:calendar_address")
    if request.method == "POST":
        secret = event_actions.new_calendar_secret(request.member)
        address = request.build_absolute_uri(reverse("network:own_calendar", args=[secret]))
    context = {
        "address": address,
        "has_address": bool(request.member.calendar_digest),
        "breadcrumbs": members_crumbs(_("Own calendar")),
    }
    return render(request, "network/calendar_address.html", context)


def _file(
    request: HttpRequest, shown: Iterable[Event], *, with_links: bool, own: Mapping[int, str] | None = None
) -> HttpResponse:
    content = calendars.calendar(shown, with_links=with_links, own=own)
    etag = f'"{sha256(content).hexdigest()}"'
    answer = HttpResponse(content, content_type=calendars.CONTENT_TYPE)
    answer["ETag"] = etag
    answer["Content-Disposition"] = 'attachment; filename="network.ics"'
    return cast(HttpResponse, get_conditional_response(request, etag, None, answer))


urlpatterns = [
    path(pgettext_lazy("url", "network/events/"), events, name="events"),
    path(pgettext_lazy("url", "network/events/<int:pk>/sign-up/"), sign_up, name="sign_up"),
    path(pgettext_lazy("url", "network/events/<int:pk>/take-back/"), take_back, name="take_back"),
    path(pgettext_lazy("url", "network/events/<int:pk>.ics"), event_ics, name="event_ics"),
    path(pgettext_lazy("url", "network/events/<int:pk>-<slug:slug>/"), event, name="event"),
    path(pgettext_lazy("url", "network/files/<int:pk>/<str:name>"), material, name="material"),
    path(pgettext_lazy("url", "network/calendar.ics"), calendar, name="calendar"),
    path(pgettext_lazy("url", "network/own/calendar/"), calendar_address, name="calendar_address"),
    path(pgettext_lazy("url", "network/calendar/<str:secret>.ics"), own_calendar, name="own_calendar"),
]
