"""The database itself refuses what must not be: each constraint, with a try to break it."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from cases.models import (
    Adoption,
    Case,
    CasePartner,
    CaseRevision,
    CaseTerm,
    CaseText,
    Evidence,
    Handover,
    ImportSource,
    Material,
    PublicVersion,
    SearchEntry,
    Upload,
)
from taxonomy.models import Term
from tests.accounts.factories import OrganisationFactory

from . import factories

pytestmark = pytest.mark.django_db


def case(**fields):
    return Case.objects.create(**fields)


def a_source():
    return ImportSource.objects.create(key="toinen", name="Toinen", licence="CC BY 4.0", attribution="T")


def an_upload(**fields):
    values = {"kind": "attachment", "file": "a.txt", "name": "a.txt", "content_type": "text/plain", "size": 1}
    return Upload.objects.create(**{"case": case(), **values, **fields})


def an_adoption(**fields):
    values = {"mode": "copy", "year": 2024, **fields}
    return Adoption.objects.create(
        **{"case": values.pop("case", None) or case(), "organisation": OrganisationFactory(), **values}
    )


def some_evidence(**fields):
    values = {"kind": "other", "value": Decimal(1), "unit": "h", "established": "estimated", **fields}
    return Evidence.objects.create(case=case(), **values)


def a_handover(**fields):
    return Handover.objects.create(case=case(), **fields)


def a_text(**fields):
    return CaseText.objects.create(
        **{"case": case(), "language": "fi", "title": "Nimi", "slug": "nimi", **fields}
    )


def a_revision(**fields):
    return CaseRevision.objects.create(**{"case": case(), "number": 1, **fields})


def twice(model, **fields):
    model.objects.create(**fields)
    model.objects.create(**fields)


def second_adoption():
    first = an_adoption()
    an_adoption(case=first.case, organisation=first.organisation)


def adoption_after_itself():
    adoption = an_adoption()
    Adoption.objects.filter(pk=adoption.pk).update(follows=adoption.pk)


def two_open_revisions():
    subject = case()
    a_revision(case=subject)
    a_revision(case=subject, number=2, state="returned")


def same_number_twice():
    subject = case()
    a_revision(case=subject, state="discarded")
    a_revision(case=subject)


def same_identifier_twice():
    source = a_source()
    twice(Case, source=source, external_id="A-1")


def same_adoption_partner():
    twice(CasePartner, case=case(), organisation=OrganisationFactory())


NOW = timezone.now()
BREAKS = {
    "importsource_licence_told": lambda: ImportSource.objects.create(key="a", name="A", licence=""),
    "case_state_known": lambda: case(state="hidden"),
    "case_language_known": lambda: case(original_language="de"),
    "case_level_known": lambda: case(level_of_government="galactic"),
    "case_novelty_known": lambda: case(novelty="old"),
    "case_phase_known": lambda: case(phase="resting"),
    "case_life_cycle_known": lambda: case(life_cycle="asleep"),
    "case_started_year_in_range": lambda: case(started_year=1889),
    "case_ended_year_in_range": lambda: case(ended_year=2999),
    "case_ends_after_start": lambda: case(started_year=2020, ended_year=2019),
    "case_published_is_complete": lambda: case(state="published"),
    "case_archived_was_published": lambda: case(state="archived"),
    "case_unpublished_never_published": lambda: case(published_at=NOW),
    "case_source_and_external_id_together": lambda: case(external_id="A-1"),
    "case_unique_in_source": same_identifier_twice,
    "case_named_contact_expires": lambda: case(contact_name="Nimi"),
    "casepartner_unique": same_adoption_partner,
    "caseterm_unique": lambda: twice(CaseTerm, case=case(), term=factories.term("tag", "a")),
    "casetext_unique_language": lambda: twice(CaseText, case=case(), language="fi", title="A", slug="a"),
    "casetext_language_known": lambda: a_text(language="de"),
    "casetext_title_not_empty": lambda: a_text(title=""),
    "casetext_slug_not_empty": lambda: a_text(slug=""),
    "evidence_kind_known": lambda: some_evidence(kind="luck"),
    "evidence_established": lambda: some_evidence(established="guessed"),
    "evidence_unit_told": lambda: some_evidence(unit=""),
    "evidence_measured_has_source": lambda: some_evidence(established="measured"),
    "adoption_mode_known": lambda: an_adoption(mode="stolen"),
    "adoption_state_known": lambda: an_adoption(state="lost"),
    "adoption_year_in_range": lambda: an_adoption(year=1),
    "adoption_not_after_itself": adoption_after_itself,
    "adoption_once_per_organisation": second_adoption,
    "handover_state_known": lambda: a_handover(state="lost"),
    "handover_address_when_published": lambda: a_handover(state="published"),
    "handover_address_is_of_the_web": lambda: a_handover(state="published", url="javascript:alert(1)"),
    "upload_kind_known": lambda: an_upload(kind="film"),
    "upload_image_has_size": lambda: an_upload(kind="image"),
    "material_link_or_file": lambda: Material.objects.create(case=case(), kind="link", title="A"),
    "material_image_has_alt": lambda: Material.objects.create(
        case=case(), kind="image", upload=an_upload(), title="A"
    ),
    "material_has_title": lambda: Material.objects.create(
        case=case(), kind="link", url="https://example.org/"
    ),
    "revision_unique_number": same_number_twice,
    "revision_one_open_per_case": two_open_revisions,
    "revision_state_known": lambda: a_revision(state="hidden"),
    "revision_reviewed_was_submitted": lambda: a_revision(state="submitted"),
    "revision_decided_has_time": lambda: a_revision(state="rejected", submitted_at=NOW),
    "searchentry_unique": lambda: twice(SearchEntry, case=case(), language="fi"),
    "publicversion_single_row": lambda: PublicVersion.objects.create(pk=2),
    "term_unique_code": lambda: twice(Term, vocabulary="tag", code="a", name_fi="A"),
    "term_vocabulary_known": lambda: Term.objects.create(vocabulary="moods", code="a", name_fi="A"),
    "term_name_status_known": lambda: Term.objects.create(
        vocabulary="tag", code="a", name_fi="A", name_status="hm"
    ),
    "term_code_not_empty": lambda: Term.objects.create(vocabulary="tag", code="", name_fi="A"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_the_database_refuses(name):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        BREAKS[name]()
    constraint = next(
        constraint
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if constraint.name == name
    )
    # SQLite names a broken unique constraint by its columns, or, where it has a condition, by its index.
    if isinstance(constraint, models.CheckConstraint):
        assert name in str(refused.value)
    else:
        assert "unique" in str(refused.value).lower()


def test_every_constraint_has_a_try_to_break_it():
    names = {
        constraint.name
        for label in ("cases", "taxonomy")
        for model in apps.get_app_config(label).get_models()
        for constraint in model._meta.constraints
    }
    assert names == set(BREAKS)
