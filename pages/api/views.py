"""The API’s answers. Each view says what it takes and gives; ``description.py`` tells that to others."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.functional import Promise
from django.utils.http import quote_etag
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from barometer import exports as barometer
from barometer import series
from barometer.models import Question, Survey
from cases import public_index
from cases.exports import CASE_TABLES, INNOVATION, INNOVATIONS, ORGANISATIONS, whole_cases, whole_record
from cases.facets import FACETS
from cases.filters import CaseFilter
from cases.models import Case
from common.rate import api_requests, client_of
from common.records import Column, Table, Type, WholeTable
from taxonomy.exports import TERMS
from taxonomy.models import Term, Vocabulary

from . import cursors, problems
from .description import (
    Description,
    description,
    fields_of,
    list_of,
    page_of,
    record_of,
    serializer_of,
)
from .parameters import CURSOR, LANGUAGE, LIMIT, USUAL, Parameter, fields, of_list, read

# For so long an answer may be used again unasked; then its ETag tells whether it still holds good.
MAX_AGE = 60
LANGUAGES = [language for language, _name in settings.LANGUAGES]
READER = AnonymousUser()


def _link(name: str) -> Column:
    return Column(
        code="self",
        heading=_("Address in the API"),
        value=lambda row: settings.BASE_URL + reverse(f"api_v1:{name}", args=[row.pk]),
        holds=Type.ADDRESS,
    )


class ApiView(APIView):
    """What all answers have in common: language, counting, headers, and errors as problems."""

    http_method_names = ["get", "head", "options"]
    schema: Description | None = Description()
    errors: ClassVar[tuple[problems.Kind, ...]] = (
        problems.INVALID_PARAMETER,
        problems.METHOD_NOT_ALLOWED,
        problems.NOT_ACCEPTABLE,
        problems.TOO_MANY_REQUESTS,
        problems.SERVER_ERROR,
    )
    # Of the description: the operation's name, its title and what there is to say of it, and its group.
    name = ""
    title: str | Promise = ""
    words: str | Promise = ""
    tag: str | Promise = ""
    # The serializer that describes what is given.
    answer: type[Serializer]

    def parameters(self) -> list[Parameter]:
        """What may be asked."""
        return [LANGUAGE]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with override(_language_of(request)):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Count the request, then read what it asks."""
        request._request.allowance = allowance = api_requests.take(client_of(request._request))
        super().initial(request, *args, **kwargs)
        if not allowance.is_granted:
            raise Throttled(wait=allowance.reset)
        if request.method in ("GET", "HEAD") and hasattr(self, "get"):
            self.asked = read(self.parameters(), request.query_params)

    def get_exception_handler(self) -> Any:
        return problems.as_problem

    def options(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What pages of other sites ask first."""
        allowed = ", ".join(self.allowed_methods)
        return Response(
            status=204,
            headers={
                "Access-Control-Allow-Methods": allowed,
                "Access-Control-Allow-Headers": "Accept, Accept-Language, If-None-Match",
                "Access-Control-Max-Age": "86400",
            },
        )

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().finalize_response(request, response, *args, **kwargs).render()
        response["Content-Language"] = get_language()
        patch_vary_headers(response, ["Accept", "Accept-Language"])
        if response.status_code != 200:
            response["Cache-Control"] = "no-store"
            return response
        patch_cache_control(response, public=True, max_age=MAX_AGE, must_revalidate=True)
        response["ETag"] = quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
        return (
            get_conditional_response(request._request, etag=response["ETag"], response=response) or response
        )

    def page_address(self, cursor: str) -> str:
        """The address of another page of what is asked."""
        query = self.request.query_params.copy()
        query["cursor"] = cursor
        return f"{settings.BASE_URL}{self.request.path}?{query.urlencode()}"

    def page(self, *, total: int, following: str | None, results: list[dict[str, Any]]) -> Response:
        headers = {"Link": f'<{following}>; rel="next"'} if following else {}
        return Response({"total": total, "next": following, "results": results}, headers=headers)

    @property
    def limit(self) -> int:
        return int(self.asked.get("limit", [str(USUAL)])[0])

    @property
    def only(self) -> list[str]:
        """The fields asked for; none if all the usual ones are."""
        return self.asked.get("fields", [])


def _language_of(request: HttpRequest) -> str:
    """The one that the address asks for, else the best of those that the reader knows.

    Django's own reading would let a cookie choose, of which caches in between are told nothing.
    """
    asked = request.GET.get("lang", "")
    header = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    known = [name.partition("-")[0] for name, quality in header if quality]
    return next((name for name in (asked, *known) if name in LANGUAGES), settings.LANGUAGE_CODE)


# Innovations ------------------------------------------------------------------

LINK = _link("innovation")
FIELDS = fields(INNOVATIONS, first=["self"], more=[table.key for table in CASE_TABLES[1:]])


def _record(case: Case, only: Sequence[str]) -> dict[str, Any]:
    link = {LINK.code: LINK.value(case)} if not only or LINK.code in only else {}
    return {**link, **whole_record(case, only=only)}


_PARTS = {
    "texts": "InnovationText",
    "evidence": "InnovationEvidence",
    "adoptions": "InnovationAdoption",
    "materials": "InnovationMaterial",
}
INNOVATION_RECORD = serializer_of(
    "Innovation",
    {
        **fields_of((LINK, *INNOVATIONS.columns), may_be_left_out=True),
        **{
            table.key: serializer_of(
                _PARTS[table.key],
                fields_of(
                    (column for column in table.columns if column is not INNOVATION), may_be_left_out=False
                ),
            )(many=True, required=False, help_text=table.note)
            for table in CASE_TABLES[1:]
        },
    },
)


class InnovationList(ApiView):
    name = "listInnovations"
    title = _("List innovations")
    words = _(
        "The innovations that the list on the site shows for the same parameters, in the same order. A row"
        " has the innovation’s own columns; ask for texts, evidence, adoptions or materials by “fields”."
    )
    tag = _("Innovations")
    answer = page_of(INNOVATION_RECORD, "InnovationPage")
    errors = (problems.INVALID_CURSOR, *ApiView.errors)

    def parameters(self) -> list[Parameter]:
        return [*of_list(public_index.known()), FIELDS, LANGUAGE, LIMIT, CURSOR]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Before the parameters are read, whose values it knows.
        self.index = public_index.current()
        super().initial(request, *args, **kwargs)

    def get(self, request: Request) -> Response:
        asked = CaseFilter(request.query_params, self.index)
        for facet in FACETS:
            for value in self.asked.get(facet.name, []):
                if value not in asked.chosen.get(facet.name, {}):
                    raise problems.impossible_value(facet.name, value)
        cursor = self.asked.get("cursor", [""])[0]
        hits = asked.hits_after(cursors.to_position(cursor, asked)) if cursor else asked.hits
        ids = hits[: self.limit]
        only = self.only or ["self", *INNOVATIONS.header]
        found = {case.pk: case for case in whole_cases(only=only).filter(pk__in=ids).order_by()}
        cases = [found[pk] for pk in ids if pk in found]
        following = None
        if len(hits) > len(ids):
            if cases:
                position = asked.position(cases[-1].pk, cases[-1].published_at)
                cursor = cursors.of_position(position, asked)
            # If all of the page have been withdrawn this instant, the same address gives those after them.
            following = self.page_address(cursor)
        return self.page(
            total=len(asked.hits), following=following, results=[_record(case, only) for case in cases]
        )


class InnovationDetail(ApiView):
    name = "getInnovation"
    title = _("One innovation")
    words = _("An innovation with its texts in all languages, its evidence, adoptions and materials.")
    tag = _("Innovations")
    answer = INNOVATION_RECORD
    errors = (problems.NOT_FOUND, problems.GONE, *ApiView.errors)

    def parameters(self) -> list[Parameter]:
        return [FIELDS, LANGUAGE]

    def get(self, request: Request, id: int) -> Response:
        case = whole_cases(only=self.only).filter(pk=id).first()
        if case is None:
            if Case.objects.gone().filter(pk=id).exists():
                raise problems.ProblemError(problems.GONE)
            raise Http404
        return Response(_record(case, self.only))


# Tables whose rows are alike --------------------------------------------------


class TableView(ApiView):
    """Rows of one table."""

    table: Table

    def parameters(self) -> list[Parameter]:
        return [fields(self.table), LANGUAGE]


class WholeList(TableView):
    """A list so short that it comes on one page."""

    table: WholeTable

    def rows(self) -> Iterable[Any]:
        return self.table.everything()

    def get(self, request: Request) -> Response:
        results = [self.table.record(row, self.only) for row in self.rows()]
        return Response({"total": len(results), "results": results})


class PagedList(TableView):
    """A list in the order of its ids, page by page."""

    errors = (problems.INVALID_CURSOR, *ApiView.errors)

    def parameters(self) -> list[Parameter]:
        return [*super().parameters(), LIMIT, CURSOR]

    def ids(self) -> list[int]:
        raise NotImplementedError

    def rows(self, ids: Sequence[int]) -> Sequence[Any]:
        raise NotImplementedError

    def get(self, request: Request) -> Response:
        ids = self.ids()
        cursor = self.asked.get("cursor", [""])[0]
        begin = bisect_right(ids, cursors.unpack(cursor, [int])[0]) if cursor else 0
        shown = ids[begin : begin + self.limit]
        following = self.page_address(cursors.pack(shown[-1:])) if ids[begin + self.limit :] else None
        results = [self.table.record(row, self.only) for row in self.rows(shown)]
        return self.page(total=len(ids), following=following, results=results)


LINKED_ORGANISATIONS = Table(
    key=ORGANISATIONS.key,
    title=ORGANISATIONS.title,
    note=ORGANISATIONS.note,
    columns=(_link("organisation"), *ORGANISATIONS.columns),
)
ORGANISATION_RECORD = record_of("Organisation", LINKED_ORGANISATIONS)


class OrganisationList(PagedList):
    name = "listOrganisations"
    title = _("List organisations")
    words = _("Organisations that own, made or adopted a published innovation.")
    tag = _("Organisations")
    table = LINKED_ORGANISATIONS
    answer = page_of(ORGANISATION_RECORD, "OrganisationPage")

    def ids(self) -> list[int]:
        self.index = public_index.current()
        return ORGANISATIONS.ids(self.index)

    def rows(self, ids: Sequence[int]) -> Sequence[Any]:
        return list(ORGANISATIONS.rows(ids, self.index))


class OrganisationDetail(TableView):
    name = "getOrganisation"
    title = _("One organisation")
    words = _(
        "An organisation. Its innovations are listed by the parameter “organisation” of the innovations."
    )
    tag = _("Organisations")
    table = LINKED_ORGANISATIONS
    answer = ORGANISATION_RECORD
    errors = (problems.NOT_FOUND, *ApiView.errors)

    def get(self, request: Request, id: int) -> Response:
        row = next(ORGANISATIONS.rows([id]), None)
        if row is None:
            raise Http404
        return Response(self.table.record(row, self.only))


class VocabularyList(WholeList):
    name = "listTerms"
    title = _("List the terms of vocabularies")
    words = _(
        "Principles, themes, regions, technologies and the other vocabularies, with names in three languages."
    )
    tag = _("Vocabularies")
    table = TERMS
    answer = list_of(record_of("Term", table), "TermList")

    def parameters(self) -> list[Parameter]:
        vocabulary = Parameter(
            name="vocabulary",
            words=_("Terms of this vocabulary alone."),
            values=lambda: Vocabulary.values,
            many=True,
            example="theme",
        )
        return [vocabulary, *super().parameters()]

    def rows(self) -> Iterable[Any]:
        chosen = self.asked.get("vocabulary")
        return Term.objects.filter(vocabulary__in=chosen) if chosen else Term.objects.all()


# Barometer --------------------------------------------------------------------


class EditionList(WholeList):
    name = "listEditions"
    title = _("List editions of the barometer")
    words = _("Published editions of innovation barometers: who was asked, when and how.")
    tag = _("Innovation barometer")
    table = barometer.EDITIONS
    answer = list_of(record_of("Edition", table), "EditionList")


class QuestionList(WholeList):
    name = "listQuestions"
    title = _("List questions of the barometer")
    words = _(
        "Questions of which there are public figures, with their answers and the editions that asked them."
    )
    tag = _("Innovation barometer")
    table = barometer.QUESTIONS
    answer = list_of(record_of("Question", table), "QuestionList")


class FigureList(PagedList):
    name = "listFigures"
    title = _("List figures of the barometer")
    words = _(
        "Every public figure, in total and broken down. Of a figure that is not shown, there is the reason"
        " and no number; see each edition’s caveat before comparing."
    )
    tag = _("Innovation barometer")
    table = barometer.FIGURES
    answer = page_of(record_of("Figure", table), "FigurePage")

    def parameters(self) -> list[Parameter]:
        return [
            Parameter(
                name="survey",
                words=_("Figures of the edition with this key alone."),
                values=lambda: list(Survey.objects.public().values_list("key", flat=True)),
            ),
            Parameter(
                name="question",
                words=_("Figures of the question with this key alone."),
                values=lambda: list(Question.objects.public().values_list("key", flat=True)),
            ),
            *super().parameters(),
        ]

    def ids(self) -> list[int]:
        chosen = {name: self.asked.get(name, [""])[0] for name in ("survey", "question")}
        return series.ids_of_figures(READER, **chosen)

    def rows(self, ids: Sequence[int]) -> Sequence[Any]:
        return series.of_figures(ids, READER)


# About the API itself ---------------------------------------------------------


class Start(ApiView):
    """Where everything else is."""

    schema = None

    def get(self, request: Request) -> Response:
        names = (
            "innovations",
            "organisations",
            "vocabularies",
            "editions",
            "questions",
            "figures",
            "description",
        )
        documents = {"documentation": settings.BASE_URL + reverse("api:docs")}
        return Response(
            {name: settings.BASE_URL + reverse(f"api_v1:{name}") for name in names} | documents,
            headers={"Link": f'<{settings.BASE_URL}{reverse("api_v1:description")}>; rel="service-desc"'},
        )


class Versionless(ApiView):
    """Leads to the present version."""

    schema = None

    def get(self, request: Request) -> Response:
        return Response(status=302, headers={"Location": reverse("api_v1:start")})


class OpenApiView(ApiView):
    """The description, in English."""

    schema = None

    def parameters(self) -> list[Parameter]:
        return []

    def get(self, request: Request) -> Response:
        return Response(description())


class Unknown(ApiView):
    """Whatever else there might be under /api/."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404
