"""Editions: the list, the page of one, what is told of it, and its questions."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.forms import BaseForm, ChoiceField, Field
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.signed_in import user_of
from barometer import actions
from barometer.models import Survey, SurveyQuestion
from barometer.queries import may_edit
from common.admin.acts import Act
from common.admin.pages import ActAdmin, holding, status_pill
from common.workflow import TransitionRefused

from . import events, figures, imports
from .acts import PUBLISH, SURVEY_ACTS
from .forms import TAKEN_OVER, AskedForm, BeginForm, QuestionsForm, SurveyForm

_SEARCHED = ["name_fi", "name_sv", "name_en", "key", "publisher"]


def _counts(path: str) -> dict[str, Count]:
    """Figures that were seen in their source, those that were not, and those that are kept back."""
    place = f"{path}__" if path else ""
    return {
        "verified": Count(f"{place}figures", filter=Q(**{f"{place}figures__is_verified": True})),
        "unverified": Count(f"{place}figures", filter=Q(**{f"{place}figures__is_verified": False})),
        "not_shown": Count(f"{place}figures", filter=~Q(**{f"{place}figures__suppression": ""})),
    }


class UnverifiedFilter(admin.SimpleListFilter):
    title = gettext_lazy("Figures")
    parameter_name = "figures"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("unverified", gettext_lazy("Not seen in their source"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(unverified__gt=0) if self.value() == "unverified" else queryset


@admin.register(Survey)
class SurveyAdmin(ActAdmin):
    acts = SURVEY_ACTS
    page_template = "admin/barometer/survey.html"
    list_display = [
        "name",
        "shown_country",
        "sector",
        "year",
        "shown_state",
        "verified_count",
        "unverified_count",
        "not_shown_count",
    ]
    list_filter = ["state", UnverifiedFilter, "sector"]
    ordering = ["country", "sector", "-year"]
    search_fields = _SEARCHED
    search_help_text = gettext_lazy("Words of the name, the key or the publisher")

    def may_open(self, user: Any) -> bool:
        return may_edit(user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_open(request.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("source").annotate(**_counts("asked"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        return holding(queryset, _SEARCHED, search_term), False

    # Columns ---------------------------------------------------------------

    @admin.display(description=gettext_lazy("Country"), ordering="country")
    def shown_country(self, survey: Survey) -> str:
        return str(survey.country.name)

    @admin.display(description=gettext_lazy("State"), ordering="state")
    def shown_state(self, survey: Survey) -> SafeString:
        return status_pill(Survey.State(survey.state))

    @admin.display(description=gettext_lazy("Figures seen in their source"), ordering="verified")
    def verified_count(self, survey: Survey) -> int:
        return survey.verified  # type: ignore[attr-defined,no-any-return]

    @admin.display(description=gettext_lazy("Figures not yet seen"), ordering="unverified")
    def unverified_count(self, survey: Survey) -> int:
        return survey.unverified  # type: ignore[attr-defined,no-any-return]

    @admin.display(description=gettext_lazy("Figures kept back"), ordering="not_shown")
    def not_shown_count(self, survey: Survey) -> int:
        return survey.not_shown  # type: ignore[attr-defined,no-any-return]

    # The page --------------------------------------------------------------

    def own_urls(self, name: str) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("add/", view(self.begin), name=f"{name}_add"),
            path("<int:pk>/describe/", view(self.describe), name=f"{name}_describe"),
            path("<int:pk>/questions/", view(self.choose_questions), name=f"{name}_questions"),
            path("<int:pk>/questions/<slug:key>/", view(self.describe_question), name=f"{name}_question"),
            path("<int:pk>/import/", view(self.import_figures), name=f"{name}_import"),
            path("<int:pk>/download/", view(self.download), name=f"{name}_download"),
            path("<int:pk>/figures/<slug:key>/", view(self.figures), name=f"{name}_figures"),
        ]

    def page_context(self, request: HttpRequest, subject: Survey) -> dict[str, Any]:
        return {
            "state": Survey.State(subject.state),
            "questions": (
                subject.asked.select_related("question")
                .annotate(answers=Count("own_words", distinct=True), **_counts(""))
                .order_by("order", "question__order", "question__key")
            ),
            "events": events.of(subject, everything="events" in request.GET),
        }

    def buttons(self, request: HttpRequest, subject: Survey) -> Iterator[dict[str, Any]]:
        """Each says which version was read."""
        for button in super().buttons(request, subject):
            yield {**button, "url": f"{button['url']}?version={subject.version}"}

    # Acts ------------------------------------------------------------------

    def initial(self, request: HttpRequest, act: Act, subject: Survey) -> dict[str, Any]:
        return {"seen_version": subject.version} if act is PUBLISH else {}

    def act_context(self, request: HttpRequest, act: Act, subject: Survey) -> dict[str, Any]:
        seen = request.POST.get("seen_version") or request.GET.get("version")
        return {"is_unread": act is PUBLISH and seen not in (None, str(subject.version))}

    def after(self, act: Act, subject: Survey, result: Any) -> str:
        if subject.pk is None:
            return reverse("admin:barometer_survey_changelist")
        return self.page_url(subject)

    # What is told of it ----------------------------------------------------

    def begin(self, request: HttpRequest) -> HttpResponse:
        """A new draft; with ``?after=`` it takes over what it has in common with an earlier edition."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        number = request.GET.get("after", "")
        earlier = Survey.objects.filter(pk=number).first() if number.isdecimal() else None
        initial = {name: getattr(earlier, name) for name in TAKEN_OVER} if earlier else {}
        form = BeginForm(request.POST or None, initial={**initial, "after": earlier})
        if request.method == "POST" and form.is_valid():
            survey = form.save(commit=False)
            actions.begin(survey, by=user_of(request), after=form.cleaned_data["after"])
            messages.success(request, _("The edition was begun, as a draft."))
            return HttpResponseRedirect(self.page_url(survey))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Begin an edition"),
            "form": form,
            "earlier": earlier,
            "has_errors": bool(form.errors),
            "back_url": reverse("admin:barometer_survey_changelist"),
            "save_label": _("Begin the edition"),
        }
        return TemplateResponse(request, "admin/barometer/form.html", context)

    def describe(self, request: HttpRequest, pk: int) -> HttpResponse:
        survey = self.subject(request, pk)
        return self._edit(request, survey, SurveyForm, survey, _("Describe the edition"))

    def describe_question(self, request: HttpRequest, pk: int, key: str) -> HttpResponse:
        survey = self.subject(request, pk)
        asked = self.asked(survey, key)
        return self._edit(request, survey, AskedForm, asked, str(asked.question))

    def figures(self, request: HttpRequest, pk: int, key: str) -> HttpResponse:
        survey = self.subject(request, pk)
        return figures.page(self, request, survey, self.asked(survey, key))

    def import_figures(self, request: HttpRequest, pk: int) -> HttpResponse:
        return imports.page(self, request, self.subject(request, pk))

    def download(self, request: HttpRequest, pk: int) -> HttpResponse:
        return imports.download(self.subject(request, pk))

    def asked(self, survey: Survey, key: str) -> SurveyQuestion:
        found = survey.asked.filter(question__key=key).select_related("question").first()
        if found is None:
            raise Http404
        found.survey = survey
        return found

    def _edit(
        self,
        request: HttpRequest,
        survey: Survey,
        form_class: type[SurveyForm | AskedForm],
        row: Any,
        title: str,
    ) -> HttpResponse:
        """Show and save a form about the edition; when somebody was quicker, tell what differs now."""
        data = request.POST if request.method == "POST" else None
        form = form_class(data, instance=row, initial={"seen_version": survey.version})
        conflict: list[dict[str, Any]] | None = None
        if data is not None and form.is_valid():
            seen = form.cleaned_data["seen_version"] or 0
            try:
                if row is survey:
                    survey.version = seen
                    actions.describe(survey, by=user_of(request))
                else:
                    actions.describe_question(row, by=user_of(request), seen_version=seen)
            except TransitionRefused as refused:
                messages.error(request, str(refused))
                survey = self.subject(request, survey.pk)
                row = survey if isinstance(row, Survey) else self.asked(survey, row.question.key)
                form = form_class({**data.dict(), "seen_version": survey.version}, instance=row)
                conflict = list(_differences(form))
            else:
                messages.success(request, _("Saved."))
                return HttpResponseRedirect(self.page_url(survey))
        context = self.context(
            request,
            survey,
            title=title,
            form=form,
            asked=row if isinstance(row, SurveyQuestion) else None,
            conflict=conflict,
            has_errors=bool(form.errors) or conflict is not None,
            back_url=self.page_url(survey),
            save_label=_("Save"),
        )
        status = 200 if conflict is None else 409
        return TemplateResponse(request, "admin/barometer/form.html", context, status=status)

    # Its questions ---------------------------------------------------------

    def choose_questions(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Which questions it asks, and in which order."""
        survey = self.subject(request, pk)
        form = QuestionsForm(request.POST if request.method == "POST" else None, survey=survey)
        refused = False
        if request.method == "POST" and form.is_valid():
            try:
                actions.choose_questions(
                    survey, form.chosen(), by=user_of(request), seen_version=form.cleaned_data["seen_version"]
                )
            except TransitionRefused as refusal:
                form.add_error(None, str(refusal))
                form.data = {**request.POST.dict(), "seen_version": self.subject(request, pk).version}
                refused = True
            else:
                messages.success(request, _("The questions were saved."))
                return HttpResponseRedirect(self.page_url(survey))
        context = self.context(
            request, survey, title=_("Questions of the edition"), form=form, has_errors=bool(form.errors)
        )
        status = 409 if refused else 200
        return TemplateResponse(request, "admin/barometer/questions.html", context, status=status)


def _differences(form: BaseForm) -> Iterator[dict[str, Any]]:
    """What is stored now and what was typed, of the fields where they differ."""
    for name in form.changed_data:
        if name in form.initial:
            field = form.fields[name]
            yield {
                "label": field.label,
                "stored": _in_words(field, form.initial[name]),
                "typed": _in_words(field, form.data.get(name, "")),
            }


def _in_words(field: Field, value: Any) -> str:
    """The value as the page shows it: a choice by its label."""
    if isinstance(field, ChoiceField):
        return next((str(label) for key, label in field.choices if str(key) == str(value)), "")  # type: ignore[misc,union-attr]
    return str(value or "")
