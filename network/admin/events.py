"""Events: the list, the page of one with who comes, writing it in three languages, and what is done to it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet, TextChoices
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from common import uploads
from common.admin.acts import Act, ActForm
from common.admin.pages import any_contains, pill, status_pill
from common.workflow import Decision, Refusal, Transition, TransitionRefused
from network import event_actions, event_words
from network.event_actions import EventRefused
from network.event_words import LANGUAGES, NEEDED
from network.filters import Filter
from network.models import Event, EventMaterial, SignUp
from network.queries import may_coordinate

from .base import CoordinatedAdmin, list_filter, user_of

_SEARCHED = [f"{name}_{language}" for name in ("title", "place", "organiser") for language in LANGUAGES]
# Groups of the form; what has a star is in three languages.
_SECTIONS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (gettext_lazy("What it is"), ("kind", "title*", "description*", "organiser*")),
    (gettext_lazy("When and where"), ("starts_at", "ends_at", "place*", "online_url")),
    (gettext_lazy("Who can come"), ("is_public", "capacity", "sign_up_ends_at")),
)
_ACT_WORDS = {
    "create": gettext_lazy("Draft begun"),
    "change": pgettext_lazy("event", "Changed"),
    "publish": pgettext_lazy("event", "Published"),
    "cancel": pgettext_lazy("event", "Cancelled"),
    "add_material": gettext_lazy("Material added"),
    "remove_material": gettext_lazy("Material removed"),
}


def _in_languages(name: str) -> list[str]:
    return [f"{name[:-1]}_{language}" for language in LANGUAGES] if name.endswith("*") else [name]


class EventForm(forms.ModelForm):
    """What is told of an event. It only checks: ``event_actions`` writes."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    online_url = Event._meta.get_field("online_url").formfield(assume_scheme="https")

    class Meta:
        model = Event
        fields = event_actions.FIELDS

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.initial["seen_version"] = self.instance.version
        for name, field in self.fields.items():
            base, _separator, language = name.rpartition("_")
            if base and language in LANGUAGES:
                field.label = event_words.label(name)
                field.widget.attrs["lang"] = language
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 6
            if isinstance(field, forms.DateTimeField):
                field.widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
                field.widget.is_required = field.required
        for name in NEEDED:
            self.fields[name].required = self.instance.state == Event.State.PUBLISHED
            # Not “optional” of a draft: without them it cannot be published.
            self.fields[name].needed = True  # type: ignore[attr-defined]
        self.fields["title_fi"].required = True

    def rows(self) -> Iterator[tuple[str | Promise, list[list[BoundField]]]]:
        """The groups: titles, and rows of one field or of three."""
        for title, names in _SECTIONS:
            yield title, [[self[name] for name in _in_languages(row)] for row in names]

    def clean(self) -> dict[str, Any]:
        """Tell of everything that the database would refuse."""
        values = super().clean() or {}
        begins, ends, closes = (values.get(name) for name in ("starts_at", "ends_at", "sign_up_ends_at"))
        if begins and ends and ends <= begins:
            self.add_error("ends_at", _("It must end after it begins."))
        elif ends and closes and closes > ends:
            self.add_error("sign_up_ends_at", _("Sign-up must close before the event ends."))
        if values.get("capacity") == 0:
            self.add_error("capacity", _("There must be at least one place. Leave it empty if all fit in."))
        return values

    def differences(self) -> Iterator[dict[str, Any]]:
        """What is stored now and what was typed, where they differ."""
        stored = type(self)(instance=self.instance)
        for name in self.changed_data:
            if name in event_actions.FIELDS:
                yield {
                    "label": self.fields[name].label,
                    "stored": _in_words(stored[name]),
                    "typed": _in_words(self[name]),
                }

    def values(self) -> dict[str, Any]:
        """What was told, of a new event; of one that there is already, what was changed."""
        names = self.changed_data if self.instance.pk else self.cleaned_data
        return {name: self.cleaned_data[name] for name in names if name in event_actions.FIELDS}


def _in_words(field: BoundField) -> str:
    """What the field holds as people read it."""
    value = field.value()
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
        return value.strftime("%Y-%m-%dT%H:%M")
    choices = dict(getattr(field.field, "choices", ()))
    return str(choices.get(value, "" if value is None else value))


# Acts -------------------------------------------------------------------------


class MaterialForm(ActForm):
    """Something to read or watch: a link or a file."""

    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=EventMaterial._meta.get_field("title").max_length
    )
    url = forms.URLField(
        label=gettext_lazy("Link"),
        max_length=200,
        assume_scheme="https",
        required=False,
        error_messages={"invalid": gettext_lazy("Give the whole address, for example https://example.org.")},
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy(
            "Instead of a link: PDF, Word, PowerPoint, Excel, OpenDocument, CSV or text, at most 20 MB, or a"
            " picture, at most 10 MB. Check that it is accessible, and that the people in it have agreed."
        ),
        widget=forms.FileInput(
            attrs={"accept": ",".join([*sorted(uploads.ATTACHMENT_TYPES), *uploads.IMAGE_ENDINGS])}
        ),
    )

    def __init__(self, *arguments: Any, subject: Event, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name in ("url", "file"):
            self.fields[name].needed = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One of the two, as ``add_material`` takes it."""
        values = super().clean() or {}
        file = values.pop("file", None)
        if "url" in self.errors or "file" in self.errors:
            return values
        if bool(file) == bool(values.get("url")):
            self.add_error("url", _("Give either a link or a file."))
        elif file:
            try:
                values["prepared"] = uploads.prepare(file)
            except forms.ValidationError as error:
                self.add_error("file", error)
        return values


class RemoveMaterialForm(ActForm):
    material = forms.ModelChoiceField(
        label=gettext_lazy("Material"), queryset=EventMaterial.objects.none(), widget=forms.RadioSelect
    )

    def __init__(self, *arguments: Any, subject: Event, **options: Any) -> None:
        super().__init__(*arguments, **options)
        field: Any = self.fields["material"]
        field.queryset = subject.materials.all()
        field.empty_label = None


def _transition(name: str, label: Any, sources: set[str], target: str = "", **options: Any) -> Transition:
    return Transition(
        name=name,
        label=label,
        sources=frozenset(sources),
        target=target,
        permitted=lambda _subject, user: may_coordinate(user),
        **options,
    )


def _act(transition: Transition, write: Callable[..., Any], **options: Any) -> Act:
    """An act whose refusal is told on its page."""

    def run(event: Event, *, by: User, **values: Any) -> Any:
        try:
            return write(event, by=by, **values)
        except EventRefused as refused:
            raise TransitionRefused(Decision(transition, Refusal.BLOCKED, (str(refused),))) from refused

    return Act(transition=transition, run=run, **options)


def _remove_material(_event: Event, *, material: EventMaterial, by: User) -> None:
    event_actions.remove_material(material, by=by)


def _seen_by(event: Event) -> str:
    if event.is_public:
        return _("Everybody sees the event.")
    return _("Only members of the network see the event.")


_STATES = set(Event.State.values)
PUBLISH = _act(
    _transition(
        "publish",
        pgettext_lazy("event", "Publish"),
        {Event.State.DRAFT},
        Event.State.PUBLISHED,
        blockers=(lambda event, _user: event_words.missing(event),),
    ),
    event_actions.publish,
    what=gettext_lazy("The event is shown in the list and in calendars, and one can sign up for it."),
    public=_seen_by,
    done=pgettext_lazy("event", "Published"),
)
CANCEL = _act(
    _transition("cancel", gettext_lazy("Cancel the event"), {Event.State.PUBLISHED}, Event.State.CANCELLED),
    event_actions.cancel,
    what=gettext_lazy("Everybody who comes or waits gets a mail at once. This cannot be undone."),
    public=gettext_lazy("The event stays in the list as cancelled, and calendars strike it out."),
    done=pgettext_lazy("event", "Cancelled"),
)
COPY = _act(
    _transition("copy", gettext_lazy("Copy as a new draft"), _STATES),
    event_actions.copy,
    what=gettext_lazy("A new draft tells the same. Nobody has signed up for it, and it has no materials."),
    done=pgettext_lazy("event", "Copied"),
)
ADD_MATERIAL = _act(
    _transition("add-material", gettext_lazy("Add a material"), _STATES),
    event_actions.add_material,
    form=MaterialForm,
    what=gettext_lazy("The link or the file is shown on the page of the event."),
    public=gettext_lazy("Whoever sees the event sees it, too; nobody else can open the file."),
    done=gettext_lazy("Material added"),
)
REMOVE_MATERIAL = _act(
    _transition("remove-material", gettext_lazy("Remove a material"), _STATES),
    _remove_material,
    form=RemoveMaterialForm,
    what=gettext_lazy("It is taken off the page of the event. A file is deleted."),
    public=gettext_lazy("It is no longer shown."),
    done=gettext_lazy("Material removed"),
)
DISCARD = _act(
    _transition("discard", gettext_lazy("Delete the draft"), {Event.State.DRAFT}),
    event_actions.discard,
    what=gettext_lazy("The draft is deleted with its materials. This cannot be undone."),
    done=gettext_lazy("Draft deleted"),
)


# Pages ------------------------------------------------------------------------


def _narrowing(name: str, label: Any, choices: type[TextChoices]) -> type[admin.SimpleListFilter]:
    return list_filter(
        Filter(
            name=name,
            label=label,
            choices=lambda: [(value, words) for value, words in choices.choices],
            narrow=lambda rows, value: rows.filter(**{name: value}),
        )
    )


@admin.register(Event)
class EventAdmin(CoordinatedAdmin):
    acts = [PUBLISH, COPY, ADD_MATERIAL, REMOVE_MATERIAL, CANCEL, DISCARD]
    page_template = "admin/network/event.html"
    list_display = ["title", "kind", "starts_at", "shown_state", "coming", "waiting"]
    list_filter = [
        _narrowing("state", gettext_lazy("State"), Event.State),
        _narrowing("kind", gettext_lazy("Kind"), Event.Kind),
    ]
    ordering = ["-starts_at", "-pk"]
    search_fields = _SEARCHED
    search_help_text = gettext_lazy("Words of the title, the place or the organiser")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_open(request.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        counts = {
            state: Count("sign_ups", filter=Q(sign_ups__state=state))
            for state in (SignUp.State.GOING.value, SignUp.State.WAITING.value)
        }
        return super().get_queryset(request).annotate(**counts)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        for word in search_term.split():
            queryset = queryset.filter(any_contains(_SEARCHED, word))
        return queryset, False

    # Columns ---------------------------------------------------------------

    @admin.display(description=gettext_lazy("State"), ordering="state")
    def shown_state(self, event: Event) -> SafeString:
        state = status_pill(Event.State(event.state))
        invented = pill(_("Invented example"), "amber") if event.is_example else ""
        return format_html("{} {}", state, invented)

    @admin.display(description=gettext_lazy("Come"), ordering="going")
    def coming(self, event: Event) -> int:
        return event.going  # type: ignore[attr-defined,no-any-return]

    @admin.display(description=gettext_lazy("Wait"), ordering="waiting")
    def waiting(self, event: Event) -> int:
        return event.waiting  # type: ignore[attr-defined,no-any-return]

    # The page --------------------------------------------------------------

    def own_urls(self, name: str) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("add/", view(self.begin), name=f"{name}_add"),
            path("<int:pk>/edit/", view(self.edit), name=f"{name}_edit"),
        ]

    def page_context(self, request: HttpRequest, subject: Event) -> dict[str, Any]:
        rows = list(subject.sign_ups.exclude(state=SignUp.State.CANCELLED).select_related("user"))
        changes = subject.changes.select_related("by")
        return {
            "state": Event.State(subject.state),
            "coming": [row for row in rows if row.state == SignUp.State.GOING],
            "waiting": [row for row in rows if row.state == SignUp.State.WAITING],
            "materials": subject.materials.all(),
            "changes": [(change, _ACT_WORDS.get(change.act, change.act)) for change in changes],
            "edit_url": ""
            if subject.state == Event.State.CANCELLED
            else reverse("admin:network_event_edit", args=[subject.pk]),
            "public_url": ""
            if subject.state == Event.State.DRAFT
            else reverse("network:event", args=[subject.pk, subject.slug]),
        }

    def buttons(self, request: HttpRequest, subject: Event) -> Iterator[dict[str, Any]]:
        has_materials = subject.materials.exists()
        for button in super().buttons(request, subject):
            if has_materials or button["decision"].transition is not REMOVE_MATERIAL.transition:
                yield button

    def form_options(self, request: HttpRequest, act: Act, subject: Event) -> dict[str, Any]:
        return {"subject": subject} if act in (ADD_MATERIAL, REMOVE_MATERIAL) else {}

    def after(self, act: Act, subject: Event, result: Any) -> str:
        """A copy is opened at once: its time is still that of the other. What was deleted has no page."""
        if act is COPY:
            return reverse("admin:network_event_edit", args=[result.pk])
        return reverse("admin:network_event_changelist") if act is DISCARD else self.page_url(subject)

    # Writing it ------------------------------------------------------------

    def begin(self, request: HttpRequest) -> HttpResponse:
        """A new draft."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = EventForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            event = event_actions.create(form.values(), by=user_of(request))
            messages.success(request, _("The draft was saved. Publish it when it is ready."))
            return HttpResponseRedirect(self.page_url(event))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Begin an event"),
            "form": form,
            "has_errors": bool(form.errors),
            "back_url": reverse("admin:network_event_changelist"),
        }
        return TemplateResponse(request, "admin/network/event_form.html", context)

    def edit(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Change what is told; who was slower than somebody else is told so and keeps what was typed."""
        event = self.subject(request, pk)
        form = EventForm(request.POST if request.method == "POST" else None, instance=event)
        refusal: EventRefused | None = None
        conflict: list[dict[str, Any]] = []
        if request.method == "POST" and form.is_valid():
            seen = form.cleaned_data["seen_version"]
            try:
                event_actions.change(
                    event, form.values(), seen_version=-1 if seen is None else seen, by=user_of(request)
                )
            except EventRefused as refused:
                refusal = refused
            else:
                messages.success(request, _("Saved."))
                return HttpResponseRedirect(self.page_url(event))
        event = self.subject(request, pk)
        if refusal is not None:
            # Pressing again saves over what is there now, so the page tells what that is.
            form = EventForm({**request.POST.dict(), "seen_version": event.version}, instance=event)
            conflict = list(form.differences())
            form.add_error(None, str(refusal))
            event = self.subject(request, pk)
        context = self.context(
            request,
            event,
            title=_("Edit the event"),
            form=form,
            conflict=conflict,
            has_errors=bool(form.errors),
            is_published=event.state == Event.State.PUBLISHED,
            back_url=self.page_url(event),
        )
        status = 200 if refusal is None else 409
        return TemplateResponse(request, "admin/network/event_form.html", context, status=status)
