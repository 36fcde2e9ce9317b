"""The API’s description in OpenAPI 3.1, made from what the views read and give."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Count, Sum
from django.urls import include, path
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from barometer.models import Survey
from cases import public_index
from common import licence
from common.rate import HEADERS as RATE_HEADERS
from common.records import Column, Table, Type

from . import problems
from .parameters import Parameter

VERSION = "1.0.0"
PROBLEM_EXAMPLES: dict[problems.Kind, dict[str, Any]] = {
    problems.INVALID_PARAMETER: {"parameter": "theme", "value": "99", "allowed": ["01", "02", "03"]},
    problems.INVALID_CURSOR: {"parameter": "cursor", "value": "abc"},
}
HEADER_WORDS: dict[str, str | Promise] = {
    "Content-Language": gettext_lazy("The language of texts and labels."),
    "ETag": gettext_lazy("Send it back in If-None-Match: what has not changed answers 304."),
    "Cache-Control": gettext_lazy("For how many seconds the answer can be used again without asking."),
    RATE_HEADERS[0]: gettext_lazy("How many requests one network address may make in a minute."),
    RATE_HEADERS[1]: gettext_lazy("How many of them are left."),
    RATE_HEADERS[2]: gettext_lazy("In how many seconds all of them are back."),
}


# Serializers: they describe, while ``Table.record`` makes the answers ----------


def serializer_of(name: str, fields: dict[str, serializers.Field]) -> type[serializers.Serializer]:
    return type(f"{name}Serializer", (serializers.Serializer,), fields)


def fields_of(columns: Iterable[Column], *, may_be_left_out: bool) -> dict[str, serializers.Field]:
    return {column.code: _field(column, required=not may_be_left_out) for column in columns}


def record_of(name: str, table: Table) -> type[serializers.Serializer]:
    """The description of a row of which ``fields`` may leave some out."""
    return serializer_of(name, fields_of(table.columns, may_be_left_out=True))


def list_of(record: type[serializers.Serializer], name: str) -> type[serializers.Serializer]:
    """The answer of a list that comes on one page."""
    return serializer_of(name, {"total": _total(), "results": record(many=True)})


def page_of(record: type[serializers.Serializer], name: str) -> type[serializers.Serializer]:
    """The answer of a list that comes page by page."""
    following = serializers.URLField(
        allow_null=True, help_text=gettext_lazy("The next page; null on the last one.")
    )
    return serializer_of(name, {"total": _total(), "next": following, "results": record(many=True)})


def _total() -> serializers.Field:
    return serializers.IntegerField(
        min_value=0, help_text=gettext_lazy("How many rows there are on all pages.")
    )


def _field(column: Column, *, required: bool) -> serializers.Field:
    options: dict[str, Any] = {"required": required, "help_text": _words_of(column)}
    if column.many:
        return serializers.ListField(child=_single(column, {}), **options)
    return _single(column, {**options, "allow_null": column.holds is not Type.BOOLEAN})


def _heading_and_note(column: Column) -> str:
    return f"{column.heading}. {column.note}" if column.note else str(column.heading)


_words_of = lazy(_heading_and_note, str)


def _single(column: Column, options: dict[str, Any]) -> serializers.Field:
    if column.choices:
        return serializers.ChoiceField([choice for choice in column.choices.choices if choice[0]], **options)
    kinds: dict[Type, type[serializers.Field]] = {
        Type.TEXT: serializers.CharField,
        Type.CODE: serializers.CharField,
        Type.ADDRESS: serializers.URLField,
        Type.INTEGER: serializers.IntegerField,
        Type.NUMBER: serializers.FloatField,
        Type.BOOLEAN: serializers.BooleanField,
        Type.DAY: serializers.DateField,
        Type.TIME: serializers.DateTimeField,
    }
    return kinds[column.holds](**options)


PROBLEM = serializer_of(
    "Problem",
    {
        "type": serializers.URLField(
            help_text=gettext_lazy("Which kind of problem; the address explains it.")
        ),
        "title": serializers.CharField(help_text=gettext_lazy("The kind in words.")),
        "status": serializers.IntegerField(help_text=gettext_lazy("The status of the answer.")),
        "detail": serializers.CharField(help_text=gettext_lazy("What is wrong in this case.")),
        "instance": serializers.CharField(help_text=gettext_lazy("The path that was asked for.")),
        "parameter": serializers.CharField(
            required=False, help_text=gettext_lazy("The parameter that is wrong.")
        ),
        "value": serializers.CharField(required=False, help_text=gettext_lazy("The value that is wrong.")),
        "allowed": serializers.ListField(
            child=serializers.CharField(), required=False, help_text=gettext_lazy("What would be allowed.")
        ),
    },
)


# Operations -------------------------------------------------------------------


class Description(AutoSchema):
    """Describes a view of :class:`~pages.api.views.ApiView` by its own attributes."""

    def get_operation_id(self) -> str:
        return str(self.view.name)

    def get_summary(self) -> str:
        return str(self.view.title)

    def get_description(self) -> str:
        return str(self.view.words)

    def get_tags(self) -> list[str]:
        return [str(self.view.tag)]

    def get_auth(self) -> list[Any]:
        return []

    def get_filter_backends(self) -> list[Any]:
        return []

    def get_override_parameters(self) -> list[Any]:
        of_path = [
            OpenApiParameter(
                "id",
                {"type": "integer", "minimum": 1},
                OpenApiParameter.PATH,
                description=_("The number at the end of “id”."),
            )
        ]
        return [
            *(of_path if "{id}" in self.path else []),
            *(_described(parameter) for parameter in self.view.parameters()),
            OpenApiParameter(
                "Accept-Language",
                str,
                OpenApiParameter.HEADER,
                description=_("Languages that the reader knows; “lang” goes before it."),
            ),
            OpenApiParameter(
                "If-None-Match",
                str,
                OpenApiParameter.HEADER,
                description=_("The ETag of an earlier answer; while it holds good, the answer is 304."),
            ),
            *self._headers(),
        ]

    def _headers(self) -> list[OpenApiParameter]:
        statuses = [200, *(kind.status for kind in self.view.errors)]
        told = [
            OpenApiParameter(
                name,
                {"type": "integer"} if name in RATE_HEADERS else str,
                OpenApiParameter.HEADER,
                description=str(words),
                response=statuses if name in (*RATE_HEADERS, "Content-Language") else [200],
            )
            for name, words in HEADER_WORDS.items()
        ]
        return [
            *told,
            OpenApiParameter(
                "Link",
                str,
                OpenApiParameter.HEADER,
                description=_('The next page, as rel="next"; not there on the last one.'),
                response=[200],
            ),
            OpenApiParameter(
                "Retry-After",
                {"type": "integer"},
                OpenApiParameter.HEADER,
                description=_("In how many seconds to ask again."),
                response=[429],
            ),
        ]

    def get_response_serializers(self) -> Any:
        answers: dict[Any, Any] = {
            (200, "application/json"): OpenApiResponse(self.view.answer, description=str(self.view.title)),
            304: OpenApiResponse(description=_("Nothing has changed since the ETag in If-None-Match.")),
        }
        for kind in self.view.errors:
            same = [other for other in self.view.errors if other.status == kind.status]
            answers[kind.status, problems.CONTENT_TYPE] = OpenApiResponse(
                PROBLEM,
                description=" ".join(f"{other.title}." for other in same),
                examples=[_example(other) for other in same],
            )
        return answers


def _described(parameter: Parameter) -> OpenApiParameter:
    one: dict[str, Any] = {"type": "string"}
    if parameter.values:
        one["enum"] = list(parameter.values())
    elif parameter.is_number:
        one = {"type": "integer", "minimum": parameter.least, "maximum": parameter.most}
    elif parameter.pattern:
        one["pattern"] = f"^{parameter.pattern}$"
    if parameter.longest:
        one["maxLength"] = parameter.longest
    if parameter.usual:
        one["default"] = int(parameter.usual) if parameter.is_number else parameter.usual
    is_list = parameter.many or parameter.listed
    style: dict[str, Any] = {"style": "form", "explode": parameter.many} if is_list else {}
    return OpenApiParameter(
        parameter.name,
        {"type": "array", "items": one, "minItems": 1} if is_list else one,
        description=str(parameter.words),
        **style,
        examples=[OpenApiExample(parameter.name, _typed(parameter))] if parameter.example else None,
    )


def _typed(parameter: Parameter) -> Any:
    if parameter.listed:
        return parameter.example.split(",")
    if parameter.many:
        return [parameter.example]
    return int(parameter.example) if parameter.is_number else parameter.example


def _example(kind: problems.Kind) -> OpenApiExample:
    return OpenApiExample(
        kind.key,
        {
            "type": kind.address,
            "title": str(kind.title),
            "status": kind.status,
            "detail": str(kind.advice),
            "instance": "/api/v1/innovations",
            **PROBLEM_EXAMPLES.get(kind, {}),
        },
        response_only=True,
        status_codes=[str(kind.status)],
    )


# The whole --------------------------------------------------------------------


def description(language: str = "en") -> dict[str, Any]:
    """The whole description, its words in this language. Not to be changed: it is remembered.

    Two queries; the index that it asks for is the known one afterwards.
    """
    surveys = Survey.objects.aggregate(Sum("version"), Count("pk"))
    return _made(language, public_index.current().version, *surveys.values())


@lru_cache(maxsize=8)
def _made(language: str, *versions: int) -> dict[str, Any]:
    """The description as long as the versions of what it names are these."""
    from .urls import v1  # whose views are described by this module

    with override(language):
        document: dict[str, Any] = SchemaGenerator(
            patterns=[path("api/v1/", include((v1, "api_v1")))]
        ).get_schema(request=None, public=True)
        document["info"] = {
            "title": _("API of the innovation registry"),
            "version": VERSION,
            "summary": _(
                "The public sector’s innovations, who has adopted them, and the innovation barometer."
            ),
            "description": _("Reading only; public data only; no key is needed."),
            "license": {"name": licence.NAME, "url": licence.URL},
        }
    document["servers"] = [{"url": settings.BASE_URL}]
    return document
