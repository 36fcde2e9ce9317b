"""The queue of feedback: what readers said, answering it, and what they think of each page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, F, Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.admin.acts import Act, ActForm
from common.admin.counters import Counter, Happening, due_by, waited_since
from common.admin.pages import any_contains, pill, status_pill
from network.admin.mailing import MailAct, MailForm, MailingAdmin
from pages.feedback import actions, mails, workflow
from pages.models import Feedback, FeedbackEvent
from pages.queries import may_handle_feedback

# How long before its day feedback on accessibility is counted among what waits.
SOON = timedelta(days=3)
PAGES_SHOWN = 50
_NO_PUBLIC = gettext_lazy("Nothing: feedback is never public.")


def _short(day: date | None) -> str:
    return date_format(day, "SHORT_DATE_FORMAT") if day else ""


# Acts ---------------------------------------------------------------------------


class SeenForm(ActForm):
    """With which version the feedback was read."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)


class NoteForm(SeenForm):
    message = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("For the others who handle feedback. It stands in the history."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=5000,
    )


class CloseForm(SeenForm):
    message = forms.CharField(
        label=gettext_lazy("What was done"),
        help_text=gettext_lazy("For the others who handle feedback. It stands in the history."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=5000,
        required=False,
    )


class AnswerForm(MailForm, SeenForm):
    """The answer, as the sender reads it."""


def _what_closing_does(feedback: Feedback) -> str:
    if feedback.email:
        return _("The feedback leaves the queue. Its sender asked for an answer and gets none.")
    return _("The feedback leaves the queue. No mail is sent.")


def _language(feedback: Feedback) -> str:
    return feedback.language


def _seen(run: Any) -> Any:
    """The action, done to the version that was read."""

    def act(feedback: Feedback, *, seen_version: int, **told: Any) -> None:
        feedback.version = seen_version
        run(feedback, **told)

    return act


ACTS = (
    Act(
        transition=workflow.TAKE_UP,
        run=_seen(actions.take_up),
        what=gettext_lazy("The others see that somebody deals with it."),
        public=_NO_PUBLIC,
        done=pgettext_lazy("feedback", "Taken up"),
        form=SeenForm,
    ),
    MailAct(
        transition=workflow.ANSWER,
        run=_seen(actions.answer),
        what=gettext_lazy("The sender gets the answer by e-mail, and the feedback leaves the queue."),
        public=_NO_PUBLIC,
        done=gettext_lazy("Answered and closed"),
        form=AnswerForm,
        mail=mails.answer,
        language=_language,
    ),
    Act(
        transition=workflow.CLOSE,
        run=_seen(actions.close),
        what=_what_closing_does,
        public=_NO_PUBLIC,
        done=pgettext_lazy("feedback", "Closed"),
        form=CloseForm,
    ),
    Act(
        transition=workflow.NOTE,
        run=_seen(actions.note),
        what=gettext_lazy("The note stands in the history, for all who handle feedback."),
        public=_NO_PUBLIC,
        done=pgettext_lazy("feedback", "Note written"),
        form=NoteForm,
    ),
    Act(
        transition=workflow.REOPEN,
        run=_seen(actions.reopen),
        what=gettext_lazy("The feedback is in the queue again. The days until it is erased start anew."),
        public=_NO_PUBLIC,
        done=pgettext_lazy("feedback", "Opened again"),
        form=SeenForm,
    ),
)


# The list -----------------------------------------------------------------------


class ChosenFilter(admin.SimpleListFilter):
    """One choice of a form, which the list always shows."""

    template = "admin/network/filter.html"

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for value, words in self.lookup_choices:
            yield {"value": value, "display": words, "selected": value == self.value()}


class StateFilter(ChosenFilter):
    """At first what waits for somebody; else by state, or what should have been answered by now."""

    title = gettext_lazy("State")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [
            ("due", gettext_lazy("To be answered in three days, or overdue")),
            *((state.value, state.label) for state in Feedback.State),
            ("all", gettext_lazy("All")),
        ]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        yield {"value": "", "display": _("In the queue"), "selected": self.value() is None}
        yield from super().choices(changelist)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        match self.value():
            case None | "":
                return queryset.exclude(state=Feedback.State.CLOSED)
            case "all":
                return queryset
            case "due":
                return due_soon(queryset)
            case state:
                return queryset.filter(state=state)


class KindFilter(ChosenFilter):
    title = gettext_lazy("Kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return list(Feedback.Kind.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class LanguageFilter(ChosenFilter):
    title = gettext_lazy("Language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return list(settings.LANGUAGES)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(language=self.value()) if self.value() else queryset


class UsefulFilter(ChosenFilter):
    title = gettext_lazy("Useful")
    parameter_name = "useful"
    _values = {"yes": True, "no": False, "unknown": None}

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [
            ("yes", pgettext_lazy("useful", "Yes")),
            ("no", pgettext_lazy("useful", "No")),
            ("unknown", gettext_lazy("Not told")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value()
        return queryset.filter(is_useful=self._values[value]) if value in self._values else queryset


def due_soon(rows: QuerySet[Feedback]) -> QuerySet[Feedback]:
    """Open feedback on accessibility that is to be answered soon, or should have been."""
    return rows.exclude(state=Feedback.State.CLOSED).filter(due_on__lte=timezone.localdate() + SOON)


def by_page() -> QuerySet[Any, Any]:
    """How many said yes and no of each page, those with most answers first."""
    return (
        Feedback.objects.filter(is_useful__isnull=False)
        .order_by()
        .values("path")
        .annotate(
            yes=Count("pk", filter=Q(is_useful=True)),
            no=Count("pk", filter=Q(is_useful=False)),
            total=Count("pk"),
        )
        .order_by("-total", "path")
    )


@admin.register(Feedback)
class FeedbackAdmin(MailingAdmin):
    acts = ACTS
    everything = {"state": "all"}
    page_template = "admin/pages/feedback.html"
    act_template = "admin/pages/feedback_act.html"
    list_display = [
        "shown_words",
        "path",
        "shown_useful",
        "shown_received",
        "shown_due",
        "shown_state",
    ]
    list_display_links = ["shown_words"]
    list_filter = [StateFilter, KindFilter, LanguageFilter, UsefulFilter]
    search_fields = ["words", "path"]
    search_help_text = gettext_lazy("Words of the feedback, or of the page’s address")
    sortable_by = ()

    def may_open(self, user: Any) -> bool:
        return may_handle_feedback(user)

    def titles_of(self, subjects: Sequence[Feedback]) -> list[str]:
        return [Truncator(one.words).chars(80) or str(one) for one in subjects]

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """What waits first, by the day when an answer is due; then the newest."""
        return [
            F("closed_at").desc(nulls_first=True),
            F("due_on").asc(nulls_last=True),
            "-received_at",
            "-pk",
        ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        for word in search_term.split():
            queryset = queryset.filter(any_contains(self.search_fields, word))
        return queryset, False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        links = [{"url": reverse("admin:pages_feedback_by_page"), "label": _("Useful or not, page by page")}]
        return super().changelist_view(request, {**(extra_context or {}), "list_links": links})

    # Columns ---------------------------------------------------------------

    @admin.display(description=gettext_lazy("Feedback"))
    def shown_words(self, feedback: Feedback) -> str:
        return Truncator(feedback.words).chars(100) or _("No words")

    @admin.display(description=gettext_lazy("Useful"), empty_value="–")
    def shown_useful(self, feedback: Feedback) -> str | None:
        return useful_words(feedback)

    @admin.display(description=gettext_lazy("Received"))
    def shown_received(self, feedback: Feedback) -> str:
        return _short(timezone.localdate(feedback.received_at))

    @admin.display(description=gettext_lazy("Accessibility: to be answered by"), empty_value="–")
    def shown_due(self, feedback: Feedback) -> str | None:
        if feedback.is_overdue:
            return pill(_("Overdue since %(day)s") % {"day": _short(feedback.due_on)}, "red")
        return _short(feedback.due_on) if feedback.due_on else None

    @admin.display(description=gettext_lazy("State"))
    def shown_state(self, feedback: Feedback) -> SafeString:
        return status_pill(Feedback.State(feedback.state))

    # Pages -----------------------------------------------------------------

    def own_urls(self, name: str) -> list[URLPattern]:
        return [path("by-page/", self.admin_site.admin_view(self.by_page), name=f"{name}_by_page")]

    def title_of(self, subject: Feedback) -> str:
        return _("Feedback %(number)s") % {"number": subject.pk}

    def page_context(self, request: HttpRequest, subject: Feedback) -> dict[str, Any]:
        return {
            "state": Feedback.State(subject.state),
            "useful": useful_words(subject),
            "erased_on": (
                timezone.localdate(subject.closed_at) + timedelta(days=settings.FEEDBACK_KEEP_DAYS)
                if subject.closed_at and (subject.words or subject.email)
                else None
            ),
            "events": subject.events.select_related("by"),
        }

    def after(self, act: Act, subject: Feedback, result: Any) -> str:
        """Back to the queue when it is dealt with, where the next one waits."""
        if act.transition.target == Feedback.State.CLOSED:
            return reverse("admin:pages_feedback_changelist")
        return self.page_url(subject)

    def by_page(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Useful or not, page by page"),
            "page_obj": Paginator(by_page(), PAGES_SHOWN).get_page(request.GET.get("page")),
        }
        return TemplateResponse(request, "admin/pages/feedback_by_page.html", context)


def useful_words(feedback: Feedback) -> str | None:
    if feedback.is_useful is None:
        return None
    return str(pgettext_lazy("useful", "Yes") if feedback.is_useful else pgettext_lazy("useful", "No"))


# The start page -----------------------------------------------------------------


def waiting_for(user: Any) -> Iterator[Counter]:
    """Feedback that waits, and what of it has to be answered soon; nothing for others."""
    if not may_handle_feedback(user):
        return
    queue = reverse("admin:pages_feedback_changelist")
    found = Feedback.objects.open().aggregate(count=Count("pk"), oldest=Min("received_at"))
    yield Counter(_("Feedback of readers"), found["count"], queue, waited_since(found["oldest"]))
    due = due_soon(Feedback.objects.all()).aggregate(count=Count("pk"), next=Min("due_on"))
    yield Counter(
        _("Feedback on accessibility to be answered in three days, or overdue"),
        due["count"],
        f"{queue}?state=due",
        due_by(due["next"]),
        is_late=due["next"] is not None and due["next"] < timezone.localdate(),
    )


def lately(user: Any, count: int) -> Iterator[Happening]:
    """What staff did with feedback; nothing for others."""
    if not may_handle_feedback(user):
        return
    events = FeedbackEvent.objects.exclude(act=FeedbackEvent.Act.TELL).select_related("by")
    for event in events.order_by("-at", "-pk")[:count]:
        number = event.feedback_id
        url = reverse("admin:pages_feedback_change", args=[number])
        title = _("Feedback %(number)s") % {"number": number}
        yield Happening(event.at, event.by, event.get_act_display(), title, url)
