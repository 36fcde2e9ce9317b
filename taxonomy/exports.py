"""The vocabularies given away: what the codes in every other table mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from common.records import Column, Type, WholeTable

from .models import NameStatus, Term, Vocabulary


@dataclass(frozen=True, kw_only=True)
class TermTable(WholeTable):
    """Every term, those too that can no longer be chosen: what was tagged with them still is."""

    def everything(self) -> Iterator[Term]:
        return Term.objects.order_by("pk").iterator()

    def count(self) -> int:
        return Term.objects.count()


# Of whatever curators name in three languages.
NAMES: tuple[Column, ...] = (
    Column(code="name_fi", heading=_("Name in Finnish"), value=lambda named: named.name_fi or None),
    Column(code="name_sv", heading=_("Name in Swedish"), value=lambda named: named.name_sv or None),
    Column(code="name_en", heading=_("Name in English"), value=lambda named: named.name_en or None),
    Column(
        code="name_status",
        heading=_("Status of the names"),
        value=lambda named: named.name_status,
        holds=Type.CODE,
        choices=NameStatus,
    ),
)

TERMS = TermTable(
    key="terms",
    title=_("Terms"),
    note=_("A row for each code of each vocabulary, with its name in three languages."),
    columns=(
        Column(
            code="vocabulary",
            heading=_("Vocabulary, code"),
            value=lambda term: term.vocabulary,
            holds=Type.CODE,
            choices=Vocabulary,
        ),
        Column(
            code="vocabulary_label",
            heading=_("Vocabulary"),
            value=lambda term: str(term.get_vocabulary_display()),
        ),
        Column(
            code="code",
            heading=_("Code"),
            value=lambda term: term.code,
            holds=Type.CODE,
            note=_("Stays the same when the names change."),
        ),
        *NAMES,
        Column(code="description", heading=_("Description"), value=lambda term: term.description or None),
        Column(
            code="order",
            heading=_("Place in the vocabulary"),
            value=lambda term: term.order,
            holds=Type.INTEGER,
        ),
        Column(
            code="is_active",
            heading=_("May be chosen"),
            value=lambda term: term.is_active,
            holds=Type.BOOLEAN,
            note=_("A term that is no longer chosen stays on the cases that have it."),
        ),
    ),
)
