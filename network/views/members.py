"""What members see of each other and of themselves."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Organisation, User
from accounts.register import Register
from common.search.columns import holding
from common.workflow import TransitionRefused
from network import actions, consents, own_data
from network.forms import ProfileForm
from network.models import Event, Member
from network.models.joining import INTERESTS
from taxonomy.models import Term, Vocabulary

PAGE_LENGTH = 24
# Of people who work on the same, on the start page.
MOST_SHARING = 6


class MemberRequest(HttpRequest):
    """What a view behind ``members_only`` gets."""

    user: User
    member: Member


def signed_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of the person's own: through sign-in, kept by no cache, the browser's own neither."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return cache_control(private=True, no_store=True)(run)


def members_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page for members; others are told how to become one. Gives the view ``request.member``."""

    @signed_in
    @wraps(view)
    def run(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        member = Member.objects.select_related("organisation", "user").of(request.user)
        if member is None:
            context = {"breadcrumbs": crumbs(_("For members"))}
            return render(request, "network/not_member.html", context, status=403)
        request.member = member
        return view(request, *args, **kwargs)

    return run


def crumbs(here: Any, *between: tuple[Any, str]) -> list[tuple[Any, str]]:
    """The network, what lies between, this page."""
    return [(_("Network"), reverse("network:front")), *between, (here, "")]


def members_crumbs(here: Any) -> list[tuple[Any, str]]:
    return crumbs(here, (_("For members"), reverse("network:own")))


# The start page ---------------------------------------------------------------


@members_only
@require_safe
def own(request: MemberRequest) -> HttpResponse:
    """A member's start page."""
    interests = list(request.member.interests.all())
    context = {
        "member": request.member,
        "interests": interests,
        "sharing": sharing(request.member, interests)[:MOST_SHARING],
        "events": list(Event.objects.signed_up_by(request.user)),
        "breadcrumbs": crumbs(_("For members")),
    }
    return render(request, "network/own.html", context)


def sharing(member: Member, terms: list[Term]) -> QuerySet[Member]:
    """Others who let themselves be found and have some of ``terms`` among their interests."""
    found = Member.objects.sharing(terms).exclude(pk=member.pk)
    return found.select_related("user", "organisation").prefetch_related("interests")


# The directory ----------------------------------------------------------------


class DirectoryForm(forms.Form):
    """Narrows the directory down. What is not offered narrows nothing."""

    q = forms.CharField(label=gettext_lazy("Name"), max_length=100, required=False)
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), required=False)
    principle = forms.ChoiceField(label=gettext_lazy("Principle"), required=False)
    organisation = forms.ChoiceField(label=gettext_lazy("Organisation"), required=False)
    region = forms.ChoiceField(label=gettext_lazy("Region"), required=False)

    def __init__(self, *args: Any, members: QuerySet[Member], **options: Any) -> None:
        super().__init__(*args, **options)
        self.members = members
        organisations = list(Organisation.objects.filter(pk__in=members.values("organisation")))
        regions = {organisation.region_id for organisation in organisations}
        terms = Term.objects.filter(Q(is_active=True, **INTERESTS) | Q(pk__in=regions))
        self._offer("organisation", ((str(found.pk), found.name) for found in organisations))
        for vocabulary in (Vocabulary.THEME, Vocabulary.PRINCIPLE, Vocabulary.REGION):
            offered = ((term.code, term.name) for term in terms if term.vocabulary == vocabulary)
            self._offer(vocabulary.value, offered)

    def _offer(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = [("", _("All")), *choices]

    def found(self) -> QuerySet[Member]:
        self.is_valid()
        chosen = self.cleaned_data
        found = self.members
        for vocabulary in (Vocabulary.THEME, Vocabulary.PRINCIPLE):
            if code := chosen.get(vocabulary.value):
                found = found.filter(interests__vocabulary=vocabulary, interests__code=code)
        if organisation := chosen.get("organisation"):
            found = found.filter(organisation=organisation)
        if region := chosen.get("region"):
            found = found.filter(organisation__region__code=region)
        if words := chosen.get("q"):
            found = holding(found, ["user__display_name"], words)
        return found


@members_only
@require_safe
def directory(request: MemberRequest) -> HttpResponse:
    """Members who chose to be found by others."""
    members = Member.objects.in_directory()
    form = DirectoryForm(request.GET, members=members)
    found = form.found().select_related("user", "organisation").prefetch_related("interests")
    page = Paginator(found.order_by("user__display_name", "pk"), PAGE_LENGTH).get_page(
        request.GET.get("page")
    )
    context = {
        "filters": form,
        "is_narrowed": any(form.cleaned_data.values()),
        "page_obj": page,
        "member": request.member,
        "breadcrumbs": members_crumbs(_("Members’ directory")),
    }
    return render(request, "network/directory.html", context)


@members_only
@require_safe
def member_page(request: MemberRequest, pk: int) -> HttpResponse:
    """One member, as others see them; oneself, too, whether in the directory or not."""
    visible = Member.objects.in_directory() | Member.objects.filter(pk=request.member.pk)
    shown = get_object_or_404(visible.select_related("user", "organisation"), pk=pk)
    context = {
        "shown": shown,
        "interests": list(shown.interests.all()),
        "is_oneself": shown == request.member,
        "breadcrumbs": crumbs(
            str(shown),
            (_("For members"), reverse("network:own")),
            (_("Members’ directory"), reverse("network:directory")),
        ),
    }
    return render(request, "network/member.html", context)


# One's own --------------------------------------------------------------------


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: MemberRequest) -> HttpResponse:
    """What a member tells of themselves, and what they consent to."""
    member, register = request.member, Register()
    form = ProfileForm(request.POST or None, register=register, initial=_told_by(member))
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data.get(name) for name in actions.PROFILE} | form.organisation_values
        try:
            actions.edit_profile(
                member,
                by=request.user,
                values=values,
                interests=form.interests,
                text_version=consents.VERSION,
                read_in=get_language() or "",
            )
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your details have been saved."))
            return redirect("network:profile")
    context = {
        "form": form,
        "offered": register.offered,
        "version": consents.VERSION,
        "breadcrumbs": members_crumbs(_("Own profile")),
    }
    return render(request, "network/profile.html", context)


def _told_by(member: Member) -> dict[str, Any]:
    interests = list(member.interests.all())
    return {
        **{name: getattr(member, name) for name in actions.PROFILE},
        "organisation": member.organisation_words,
        "principles": [term.pk for term in interests if term.vocabulary == Vocabulary.PRINCIPLE],
        "themes": [term.pk for term in interests if term.vocabulary == Vocabulary.THEME],
    }


@signed_in
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """All that the network keeps of the person, to be read."""
    context = {"sections": own_data.sections(_user(request)), "breadcrumbs": members_crumbs(_("Own data"))}
    return render(request, "network/data.html", context)


@signed_in
@require_safe
def data_as_json(request: HttpRequest) -> HttpResponse:
    response = JsonResponse(
        own_data.as_json(own_data.sections(_user(request))),
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )
    response["Content-Disposition"] = 'attachment; filename="innovation-network-own-data.json"'
    return response


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: MemberRequest) -> HttpResponse:
    """The first press tells what happens, the second does it."""
    if request.method == "POST":
        try:
            actions.leave(request.member, by=request.user)
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("You have left the network. Thank you for having been with us."))
        return redirect("network:front")
    return render(request, "network/leave.html", {"breadcrumbs": members_crumbs(_("Leave the network"))})


urlpatterns = [
    path(pgettext_lazy("url", "network/own/"), own, name="own"),
    path(pgettext_lazy("url", "network/members/"), directory, name="directory"),
    path(pgettext_lazy("url", "network/members/<int:pk>/"), member_page, name="member"),
    path(pgettext_lazy("url", "network/own/profile/"), profile, name="profile"),
    path(pgettext_lazy("url", "network/own/data/"), data, name="data"),
    path(pgettext_lazy("url", "network/own/data.json"), data_as_json, name="data_json"),
    path(pgettext_lazy("url", "network/own/leave/"), leave, name="leave"),
]
