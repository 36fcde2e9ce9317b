"""An innovation's own page, its files, and the pages of principles and organisations."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import BooleanField, Count, ExpressionWrapper, Q
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
)
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import DetailView, ListView

from accounts.models import Organisation
from cases import linked_data, public_index
from cases.cards import card
from cases.models import Case, Evidence, LifeCycle, Upload
from cases.schema import BY_NAME, FIELDS, Field, Place, Section
from common import licence
from common.addresses import in_each_language
from common.error_views import gone
from common.templatetags.components import in_language
from common.uploads import answer
from taxonomy.models import Term, Vocabulary

from . import pictures

# Texts in the order in which somebody who thinks of copying reads them: what came of it stands before what
# was done. The summary is the lead, and the reason of a discontinued one stands at the top.
BEFORE_ADOPTIONS = ("results", "problem", "solution", "newness")
AFTER_ADOPTIONS = (
    "challenges",
    "lessons",
    "users",
    "partnerships",
    "conditions",
    "replication",
)
CARDS_ON_PAGE = 12


# One innovation ---------------------------------------------------------------


@require_safe
def case_page(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """What the public reads. A former name redirects; what was taken away says so."""
    case = Case.objects.public().for_page().filter(pk=pk).first()
    if case is None:
        if Case.objects.gone().filter(pk=pk).exists():
            return gone(request)
        raise Http404
    text = case.text
    if text is None:
        raise Http404
    if slug != text.slug:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(case.get_absolute_url() + (f"?{query}" if query else ""))
    picture = pictures.of_case(case, text)
    return render(
        request,
        "cases/detail.html",
        {
            "case": case,
            "text": text,
            "alternates": in_each_language(lambda: _path(case)),
            "share_picture": picture,
            "linked_data": [linked_data.of_case(case, text, image=picture.path)],
            "licence": licence,
            "breadcrumbs": [(_("Innovations"), reverse("cases:list")), (text.title, "")],
            "before_adoptions": _texts(text, BEFORE_ADOPTIONS),
            "after_adoptions": _texts(text, AFTER_ADOPTIONS),
            "evidence": [(row, _label(row)) for row in case.evidence.all()],
            "chain": _chain(case),
            "facts": list(_facts(case)),
            "kinds": case.terms_of(Vocabulary.KIND),
            "life_cycle": _life_cycle(case),
            "materials": case.materials.all(),
            "owner_url": organisation_url(case.owner) if case.owner else "",
            "contact_name": _contact_name(case),
            "phone_link": "".join(sign for sign in case.contact_phone if sign in "+0123456789"),
        },
    )


def _path(case: Case) -> str:
    """The page's path in the active language: the slug is that of the text that is shown there."""
    text = case.text_in(get_language())
    return reverse("cases:detail", args=[case.pk, text.slug if text else "-"])


def _texts(text: Any, names: tuple[str, ...]) -> list[tuple[Field, str]]:
    return [(BY_NAME[name], getattr(text, name)) for name in names if getattr(text, name)]


def _label(row: Evidence) -> str:
    """What was counted, marked with its language when it is not told in the page's."""
    label = row.label_in(get_language())
    language = next((language for language, words in row.label.items() if words == label), "")
    return in_language(label, language)


def _facts(case: Case) -> Iterator[tuple[Field, list[str]]]:
    """The public facts that are told, each with its values in words, in the order of the schema."""
    for field in FIELDS:
        if (
            field.section != Section.FACTS
            or not field.public
            or field.name in ("principle", "kind", "theme", "website")
        ):
            continue
        values: list[str] = []
        if field.place is Place.TERMS:
            values = [term.name for term in case.terms_of(field.name)]
        elif field.name == "country":
            values = [case.country.name]
        elif field.place is Place.FACT:
            value = getattr(case, field.name)
            values = (
                [str(getattr(case, f"get_{field.name}_display")() if field.choices else value)]
                if value
                else []
            )
        if values:
            yield field, values


def _life_cycle(case: Case) -> dict[str, str]:
    """The status in words, with its year where it is told."""
    if not case.life_cycle:
        return {}
    status = LifeCycle(case.life_cycle)
    year = case.ended_year if status == LifeCycle.DISCONTINUED else case.started_year
    words = {
        LifeCycle.IN_USE: _("In use since %(year)s"),
        LifeCycle.PILOT: _("Trial since %(year)s"),
        LifeCycle.DISCONTINUED: _("Discontinued %(year)s"),
    }
    text = words[status] % {"year": year} if year and status in words else str(status.label)
    return {"text": text, "tone": status.tone}


def _contact_name(case: Case) -> str:
    """The named person until their day has passed, whether or not the name was erased on time."""
    until = case.contact_name_until
    return case.contact_name if until and until >= timezone.localdate() else ""


def _chain(case: Case) -> list[dict[str, Any]]:
    """The owner first, then each organisation that took the innovation up."""
    adoptions = list(case.adoptions.all())
    if not adoptions:
        return []
    names = {adoption.pk: adoption.organisation.name for adoption in adoptions}
    original = {
        "organisation": case.owner.name if case.owner else "",
        "url": organisation_url(case.owner) if case.owner else "",
        "mode": "original",
        "mode_label": _("Original"),
        "year": case.started_year,
    }
    return [
        original,
        *(
            {
                "organisation": adoption.organisation.name,
                "url": organisation_url(adoption.organisation),
                "mode": adoption.mode,
                "mode_label": adoption.get_mode_display(),
                "year": adoption.year,
                "result": adoption.result,
                "language": case.original_language if adoption.told_by_owner else "",
                "follows": names.get(adoption.follows_id) if adoption.follows_id else "",
            }
            for adoption in adoptions
        ),
    ]


@require_safe
def upload(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """A file that the person may see. Pictures are shown; everything else is only ever downloaded."""
    file = get_object_or_404(Upload.objects.visible_to(request.user), pk=pk, name=name)
    return answer(
        file.file,
        name=file.name,
        content_type=file.content_type,
        etag=f"{file.pk}-{file.size}",
        as_attachment=file.kind != Upload.Kind.IMAGE,
    )


# Principles -------------------------------------------------------------------


class PrincipleListView(ListView):
    """The declaration's five principles, with how many innovations show each."""

    template_name = "cases/principles.html"
    context_object_name = "principles"

    def get_queryset(self) -> Any:
        return Term.objects.of(Vocabulary.PRINCIPLE)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        counts = public_index.current().counts_of(Vocabulary.PRINCIPLE)
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "breadcrumbs": [(_("Principles"), "")],
            "counted": [(principle, counts.get(principle.code, 0)) for principle in context["principles"]],
        }


class PrincipleView(DetailView):
    """One principle in own words, and the newest innovations that show it."""

    template_name = "cases/principle.html"
    context_object_name = "principle"

    def get_object(self, queryset: Any = None) -> Term:
        return get_object_or_404(Term.objects.of(Vocabulary.PRINCIPLE), code=self.kwargs["code"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        code = self.object.code
        newest = (
            Case.objects.public()
            .filter(terms__vocabulary=Vocabulary.PRINCIPLE, terms__code=code)
            .for_cards()
            .order_by("-published_at", "-pk")[:CARDS_ON_PAGE]
        )
        return super().get_context_data(
            cards=[card(case) for case in newest],
            count=public_index.current().counts_of(Vocabulary.PRINCIPLE).get(code, 0),
            all_url=f"{reverse('cases:list')}?principle={code}",
            feed_url=f"{reverse('cases:feed')}?principle={code}",
            breadcrumbs=[(_("Principles"), reverse("cases:principles")), (self.object.name, "")],
            **kwargs,
        )


# Organisations ----------------------------------------------------------------


def organisation_url(organisation: Organisation) -> str:
    return reverse("cases:organisation", args=[organisation.pk, organisation.slug])


class OrganisationListView(ListView):
    """Organisations that have told of an innovation or adopted one; found by name."""

    template_name = "cases/organisations.html"
    context_object_name = "organisations"
    paginate_by = 60

    def get_queryset(self) -> Any:
        self.words = self.request.GET.get("q", "").strip()[:100]
        is_public = Q(cases__state=Case.State.PUBLISHED)
        has_adopted = Q(adoptions__state="confirmed", adoptions__case__state=Case.State.PUBLISHED)
        found = Organisation.objects.annotate(
            case_count=Count("cases", filter=is_public, distinct=True),
            adoption_count=Count("adoptions", filter=has_adopted, distinct=True),
        ).filter(Q(case_count__gt=0) | Q(adoption_count__gt=0))
        if self.words:
            named = Q()
            for language, _name in settings.LANGUAGES:
                named |= Q(**{f"name_{language}__icontains": self.words})
            found = found.filter(named)
        # Finnish ones first: this is their registry.
        is_finnish = ExpressionWrapper(Q(country="FI"), output_field=BooleanField())
        return found.order_by(is_finnish.desc(), "name", "pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(words=self.words, breadcrumbs=[(_("Organisations"), "")], **kwargs)


@require_safe
def organisation_page(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """What an organisation has told of and what it has adopted from others."""
    organisation: Organisation = get_object_or_404(Organisation.objects.select_related("region"), pk=pk)
    if slug != organisation.slug:
        return HttpResponsePermanentRedirect(organisation_url(organisation))
    public = Case.objects.public()
    own = public.filter(owner=organisation).for_cards().order_by("-published_at", "-pk")
    adopted = public.filter(
        adoptions__organisation=organisation, adoptions__state="confirmed"
    ).select_related("owner")
    cards = [card(case) for case in own[: CARDS_ON_PAGE + 1]]
    return render(
        request,
        "cases/organisation.html",
        {
            "organisation": organisation,
            "alternates": in_each_language(lambda: organisation_url(organisation)),
            "linked_data": [linked_data.of_organisation(organisation)],
            "successors": organisation.successors.all() if organisation.has_ended else [],
            "cards": cards[:CARDS_ON_PAGE],
            "has_more": len(cards) > CARDS_ON_PAGE,
            "all_url": f"{reverse('cases:list')}?organisation={organisation.pk}",
            "feed_url": f"{reverse('cases:feed')}?organisation={organisation.pk}",
            "adopted": adopted.prefetch_related("texts").distinct()[:CARDS_ON_PAGE],
            "breadcrumbs": [(_("Organisations"), reverse("cases:organisations")), (organisation.name, "")],
        },
    )
