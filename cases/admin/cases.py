"""Innovations as they are in the registry: the list, the page of one, and tagging with principles."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.signed_in import user_of
from cases import actions, wording, workflow
from cases import content as contents
from cases.models import Adoption, Case, CaseRevision, CaseTerm, CaseText, Language
from common.admin.acts import Act
from common.admin.pages import any_contains, has_number, status_pill
from common.workflow import TransitionRefused, decide
from taxonomy.models import Term, Vocabulary

from .acts import CASE_ACTS, OPEN_REVISION
from .base import ModeratedAdmin

_OWNER_NAMES = ["owner__name_fi", "owner__name_sv", "owner__name_en"]
_TITLES = [f"content__texts__{language}__title" for language in Language.values]


def untagged(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Public cases without a principle: their source does not tell any."""
    principles = CaseTerm.objects.filter(case=OuterRef("pk"), term__vocabulary=Vocabulary.PRINCIPLE)
    return cases.filter(~Exists(principles), state=Case.State.PUBLISHED)


class TaggedFilter(admin.SimpleListFilter):
    title = gettext_lazy("Principles")
    parameter_name = "principles"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("none", gettext_lazy("Not yet tagged"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return untagged(queryset) if self.value() == "none" else queryset


class FeaturedFilter(admin.SimpleListFilter):
    title = gettext_lazy("Front page")
    parameter_name = "featured"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("Featured"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(featured_at__isnull=False) if self.value() else queryset


class CaseList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        """Find the names at once: those of what has no public text yet are in the drafts."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        for case, title in zip(self.result_list, titles_of(self.result_list), strict=True):
            case.title_shown = title


def titles_of(cases: Sequence[Case]) -> list[str]:
    """Their public titles; of what has no public text yet, those of the newest drafts."""
    nameless = [case for case in cases if case.text is None]
    latest = CaseRevision.objects.filter(case__in=nameless).order_by("case", "number")
    titles = {revision.case_id: revision.title for revision in latest}
    return [case.text.title if case.text else titles.get(case.pk, str(case)) for case in cases]


class PrincipleField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Term) -> str:
        """A principle is always told with its number."""
        return f"{obj.code} {obj.name}"


class PrinciplesForm(forms.Form):
    """The principles of one case, and the published revision that was looked at when choosing them."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    principles = PrincipleField(
        label=gettext_lazy("Principles"),
        queryset=Term.objects.of(Vocabulary.PRINCIPLE),
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Choose those that the text shows. Leave all empty when it shows none."),
        required=False,
    )


@admin.register(Case)
class CaseAdmin(ModeratedAdmin):
    acts = CASE_ACTS
    page_template = "admin/cases/case.html"
    list_display = ["shown_title", "owner", "shown_state", "principle_count", "source", "shown_date"]
    list_filter = [
        "state",
        TaggedFilter,
        FeaturedFilter,
        ("source", admin.RelatedOnlyFieldListFilter),
        "is_example",
    ]
    list_select_related = ["owner", "source"]
    ordering = ["-pk"]
    search_fields = ["texts__title"]
    search_help_text = gettext_lazy("Words of the name or of the owner’s name, or the number")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CaseList

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        principles = (
            CaseTerm.objects.filter(case=OuterRef("pk"), term__vocabulary=Vocabulary.PRINCIPLE)
            .order_by()
            .values("case")
            .annotate(count=Count("pk"))
            .values("count")
        )
        return (
            super()
            .get_queryset(request)
            .select_related("owner", "source", "submitter", "published_revision")
            .prefetch_related("texts")
            .annotate(principles_told=Coalesce(Subquery(principles), 0))
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        texts = CaseText.objects.filter(case=OuterRef("pk"))
        drafts = CaseRevision.objects.filter(case=OuterRef("pk"))
        for word in search_term.split():
            queryset = queryset.filter(
                Exists(texts.filter(any_contains(["title"], word)))
                | any_contains(_OWNER_NAMES, word)
                | has_number("pk", word)
                | Q(Exists(drafts.filter(any_contains(_TITLES, word))), published_at__isnull=True)
            )
        return queryset, False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        tagging = {"url": reverse("admin:cases_case_tagging"), "label": _("Tag one after another")}
        pstw = {"url": reverse("cases:pstw"), "label": _("In the columns of Public Sector Tech Watch (CSV)")}
        return super().changelist_view(request, {**(extra_context or {}), "list_links": [tagging, pstw]})

    # Columns ---------------------------------------------------------------

    @admin.display(description=gettext_lazy("Innovation"))
    def shown_title(self, case: Case) -> str:
        return case.title_shown  # type: ignore[attr-defined,no-any-return]

    @admin.display(description=gettext_lazy("Publication"), ordering="state")
    def shown_state(self, case: Case) -> SafeString:
        return status_pill(Case.State(case.state))

    @admin.display(description=gettext_lazy("Principles"), ordering="principles_told")
    def principle_count(self, case: Case) -> int:
        return case.principles_told  # type: ignore[attr-defined,no-any-return]

    @admin.display(description=gettext_lazy("First published"), ordering="published_at", empty_value="–")
    def shown_date(self, case: Case) -> str | None:
        return date_format(localtime(case.published_at), "SHORT_DATE_FORMAT") if case.published_at else None

    # The page --------------------------------------------------------------

    def title_of(self, subject: Case) -> str:
        [title] = titles_of([subject])
        return title

    def titles_of(self, subjects: Sequence[Case]) -> list[str]:
        return titles_of(subjects)

    def own_urls(self, name: str) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("tagging/", view(self.next_untagged), name=f"{name}_tagging"),
            path("<int:pk>/principles/", view(self.principles), name=f"{name}_principles"),
        ]

    def page_context(self, request: HttpRequest, subject: Case) -> dict[str, Any]:
        content = contents.of_case(subject)
        names = wording.Names.of(content)
        adoptions = subject.adoptions.select_related("organisation", "reported_by")
        return {
            "state": Case.State(subject.state),
            "sections": wording.sections(content, names) if subject.published_at else [],
            "revisions": subject.revisions.select_related("submitted_by", "created_by"),
            "adoptions": [(adoption, Adoption.State(adoption.state)) for adoption in adoptions],
            "events": subject.events.select_related("by", "revision"),
        }

    def buttons(self, request: HttpRequest, subject: Case) -> Iterator[dict[str, Any]]:
        useless = workflow.FEATURE if subject.featured_at else workflow.UNFEATURE
        for button in super().buttons(request, subject):
            if button["decision"].transition is not useless:
                yield button
        tagging = decide(workflow.CURATE, subject, request.user)
        if tagging.allowed:
            yield {"decision": tagging, "url": reverse("admin:cases_case_principles", args=[subject.pk])}

    # Acts ------------------------------------------------------------------

    def initial(self, request: HttpRequest, act: Act, subject: Case) -> dict[str, Any]:
        return {"number": request.GET.get("number")} if act is OPEN_REVISION else {}

    def act_context(self, request: HttpRequest, act: Act, subject: Case) -> dict[str, Any]:
        """What an old revision would change, when its text is to be brought back."""
        number = request.GET.get("number", "")
        old = subject.revisions.filter(number=number).first() if number.isdecimal() else None
        if act is not OPEN_REVISION or old is None:
            return {}
        before, after = contents.of_case(subject), contents.normalised(old.content)
        return {
            "brought_back": old,
            "differences": wording.differences(before, after, wording.Names.of(before, after)),
        }

    def after(self, act: Act, subject: Case, result: Any) -> str:
        if act is OPEN_REVISION:
            return reverse("cases:step_about", args=[subject.pk])
        return self.page_url(subject)

    # Principles ------------------------------------------------------------

    def next_untagged(self, request: HttpRequest) -> HttpResponse:
        """Lead to the next public case without a principle: Finnish ones first, then by their numbers."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        is_foreign = ExpressionWrapper(~Q(country="FI"), output_field=BooleanField())
        waiting = untagged(Case.objects.all()).annotate(is_foreign=is_foreign).order_by("is_foreign", "pk")
        number = request.GET.get("after", "")
        if passed := Case.objects.filter(pk=number).first() if number.isdecimal() else None:
            later = Q(is_foreign=passed.country != "FI", pk__gt=passed.pk)
            waiting = waiting.filter(later if passed.country != "FI" else later | Q(is_foreign=True))
        found = waiting.first()
        if found is None:
            messages.success(request, _("There are no more innovations to tag."))
            return HttpResponseRedirect(reverse("admin:cases_case_changelist"))
        return HttpResponseRedirect(reverse("admin:cases_case_principles", args=[found.pk]) + "?queue=1")

    def principles(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The text and five checkboxes. In the queue of untagged ones, the next comes when one is saved."""
        case = self.subject(request, pk)
        in_queue = "queue" in request.GET
        next_url = f"{reverse('admin:cases_case_tagging')}?after={case.pk}" if in_queue else ""
        told = [term.code for term in case.principles]
        initial = {"principles": told, "seen": case.published_revision_id}
        form = PrinciplesForm(request.POST if request.method == "POST" else None, initial=initial)
        if request.method == "POST" and form.is_valid():
            codes = [term.code for term in form.cleaned_data["principles"]]
            try:
                if sorted(codes) != sorted(told):
                    actions.set_terms(
                        case,
                        by=user_of(request),
                        vocabulary=Vocabulary.PRINCIPLE.value,
                        codes=codes,
                        seen_revision=form.cleaned_data["seen"],
                    )
            except TransitionRefused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("The principles were saved."))
                return HttpResponseRedirect(next_url or self.page_url(case))
        content = contents.of_case(case)
        context = self.context(
            request,
            case,
            title=_("Principles"),
            form=form,
            has_errors=bool(form.errors),
            decision=decide(workflow.CURATE, case, request.user),
            sections=wording.sections(content, wording.Names.of(content)),
            next_url=next_url,
            left=untagged(Case.objects.all()).count() if in_queue else 0,
        )
        status = 409 if form.errors else 200
        return TemplateResponse(request, "admin/cases/principles.html", context, status=status)
