"""Innovations and organisations as machines read them on their pages: see ``common/linked_data.py``."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, OrganisationKind
from common import licence
from common.linked_data import Described, described, on_page, publisher, site
from taxonomy.models import Term, Vocabulary

from .identifiers import case_identifier, organisation_identifier
from .models import Case, CaseText, ImportSource

# Kinds of organisation that are public authorities; schema.org has no nearer type for the others.
AUTHORITIES = {
    OrganisationKind.MINISTRY,
    OrganisationKind.AGENCY,
    OrganisationKind.PARLIAMENT_BODY,
    OrganisationKind.REGION,
    OrganisationKind.WELLBEING_COUNTY,
    OrganisationKind.ELINVOIMAKESKUS,
    OrganisationKind.MUNICIPALITY,
    OrganisationKind.JOINT_AUTHORITY,
}
# What an innovation is about; its other terms are keywords.
SUBJECTS = (Vocabulary.PRINCIPLE, Vocabulary.THEME)


def of_case(case: Case, text: CaseText, *, image: str) -> Described:
    """The page of a case from ``for_page()``: an article that tells of an innovation.

    schema.org has no type for an innovation. What stands on the page is a text with a publisher, a licence
    and days of its own, which ``Article`` is. Whoever owns the innovation wrote it, unless it came from
    another register.
    """
    owner = [organisation(case.owner)] if case.owner else []
    others = [*case.partners.all(), *(adoption.organisation for adoption in case.adoptions.all())]
    named = [organisation(other) for other in dict.fromkeys(others)]
    source = case.source
    return on_page(
        "Article",
        id=case_identifier(case.pk),
        identifier=case_identifier(case.pk),
        url=settings.BASE_URL + case.get_absolute_url(),
        name=text.title,
        headline=text.title,
        description=text.summary,
        disambiguatingDescription=_("This is an invented example") if case.is_example else "",
        inLanguage=text.language,
        datePublished=_local(case.published_at),
        dateModified=_local(case.changed_at),
        author=[] if source else owner,
        publisher=publisher(),
        isPartOf=site(),
        about=[_subject(term) for vocabulary in SUBJECTS for term in case.terms_of(vocabulary)],
        keywords=[term.name for term in case.terms.all() if term.vocabulary not in SUBJECTS],
        mentions=[*owner, *named] if source else named,
        license=(source.licence_url or source.licence) if source else licence.URL,
        creditText=source.attribution if source else "",
        isBasedOn=_source(source) if source else None,
        image=settings.BASE_URL + image,
    )


def organisation(shown: Organisation) -> Described:
    """An organisation where it is named."""
    return described(_kind(shown), id=organisation_identifier(shown.pk), name=shown.name)


def of_organisation(shown: Organisation) -> Described:
    """An organisation's own page."""
    place = described(
        "PostalAddress",
        addressRegion=shown.region.name if shown.region else "",
        addressCountry="" if shown.country.code == "FI" else shown.country.name,
    )
    return on_page(
        _kind(shown),
        id=organisation_identifier(shown.pk),
        identifier=organisation_identifier(shown.pk),
        name=shown.name,
        url=settings.BASE_URL + reverse("cases:organisation", args=[shown.pk, shown.slug]),
        address=place if len(place) > 1 else None,
        dissolutionDate=shown.valid_to.isoformat() if shown.has_ended and shown.valid_to else "",
        disambiguatingDescription=_("Invented example") if shown.is_example else "",
    )


def _kind(shown: Organisation) -> str:
    return "GovernmentOrganization" if shown.kind in AUTHORITIES else "Organization"


def _subject(term: Term) -> Described:
    is_principle = term.vocabulary == Vocabulary.PRINCIPLE
    return described(
        "DefinedTerm",
        name=term.name,
        termCode=term.code if is_principle else "",
        url=settings.BASE_URL + reverse("cases:principle", args=[term.code]) if is_principle else "",
    )


def _source(source: ImportSource) -> Described:
    return described(
        "CreativeWork", name=source.name, url=source.url, license=source.licence_url or source.licence
    )


def _local(time: datetime | None) -> str:
    return timezone.localtime(time).isoformat(timespec="seconds") if time else ""
