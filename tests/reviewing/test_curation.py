"""What staff curate: vocabularies, organisations, sources, and the principles of cases that have none."""

import pytest
from django.urls import reverse

from accounts.models import Organisation
from cases import actions
from cases.models import Case, CaseEvent, ImportSource, PublicVersion
from taxonomy.models import NameStatus, Term
from tests.accounts.factories import OrganisationFactory, StaffFactory, UserFactory
from tests.cases import factories

from . import pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator():
    return factories.moderator()


@pytest.fixture
def client(moderator):
    return pages.client_of(moderator)


def version() -> int:
    return PublicVersion.objects.get().number


# Vocabularies -----------------------------------------------------------------


def term_form(term: Term, **changes) -> dict:
    names = {
        f"{field}_{language}": "" for field in ("name", "description") for language in ("fi", "sv", "en")
    }
    return {
        **names,
        "name_fi": term.name_fi,
        "order": 1,
        "is_active": "on",
        "name_status": "verified",
        **changes,
    }


def test_names_are_curated_in_three_languages_and_their_history_kept(client, moderator):
    term = factories.term("tag", "neuvonta")
    typed = term_form(term, name_fi="Neuvonta", name_sv="Rådgivning", name_en="Advice")
    client.post(reverse("admin:taxonomy_term_change", args=[term.pk]), typed)
    term.refresh_from_db()
    assert (term.name_fi, term.name_sv, term.name_en) == ("Neuvonta", "Rådgivning", "Advice")
    history = client.get(reverse("admin:taxonomy_term_history", args=[term.pk])).content.decode()
    assert str(moderator) in history
    assert "Rådgivning" in history


def test_code_is_told_once_and_never_changed(client):
    term = factories.term("tag", "neuvonta")
    typed = term_form(term, code="muu", vocabulary="theme")
    client.post(reverse("admin:taxonomy_term_change", args=[term.pk]), typed)
    term.refresh_from_db()
    assert (term.vocabulary, term.code) == ("tag", "neuvonta")
    added = term_form(term, vocabulary="tag", code="uusi", name_fi="Uusi")
    assert client.post(reverse("admin:taxonomy_term_add"), added).status_code == 302
    assert Term.objects.get(code="uusi").name_fi == "Uusi"


def test_term_in_use_is_not_deleted_and_the_reason_told():
    client = pages.client_of(StaffFactory(is_superuser=True))
    case = factories.published()
    used = case.principles[0]
    path = reverse("admin:taxonomy_term_delete", args=[used.pk])
    page = client.get(path).content.decode()
    assert case.text.title not in page
    assert client.get(path).context["protected"]
    client.post(path, {"post": "yes"})
    assert Term.objects.filter(pk=used.pk).exists()
    unused = factories.term("tag", "turha")
    client.post(reverse("admin:taxonomy_term_delete", args=[unused.pk]), {"post": "yes"})
    assert not Term.objects.filter(pk=unused.pk).exists()


def test_names_are_marked_as_verified_together_each_with_its_author(client, moderator):
    terms = [factories.term("tag", f"tagi-{number}") for number in range(3)]
    client.post(
        pages.changelist("taxonomy_term"),
        {"action": "mark_names_verified", "_selected_action": [term.pk for term in terms]},
    )
    for term in terms:
        term.refresh_from_db()
        assert term.name_status == NameStatus.VERIFIED
        assert term.history.latest().history_user == moderator


# What the public sees of them ---------------------------------------------------


@pytest.mark.parametrize("model", [Term, Organisation, ImportSource])
def test_changing_a_curated_name_is_a_public_change_and_adding_one_is_not(model):
    before = version()
    thing = {
        Term: lambda: factories.term("tag", "neuvonta"),
        Organisation: OrganisationFactory,
        ImportSource: lambda: ImportSource.objects.create(
            key="lahde", name="Lähde", licence="CC0", attribution="Lähde"
        ),
    }[model]()
    assert version() == before
    thing.save()
    assert version() > before


def test_source_keeps_its_key_and_is_neither_added_nor_deleted(client):
    source = ImportSource.objects.create(key="lahde", name="Lähde", licence="CC0", attribution="Lähde")
    client.post(
        reverse("admin:cases_importsource_change", args=[source.pk]),
        {"key": "muu", "name": "Avoin lähde", "licence": "CC-BY-4.0", "attribution": "Joku"},
    )
    source.refresh_from_db()
    assert (source.key, source.name, source.licence) == ("lahde", "Avoin lähde", "CC-BY-4.0")
    assert client.get(reverse("admin:cases_importsource_add")).status_code == 403
    assert client.get(reverse("admin:cases_importsource_delete", args=[source.pk])).status_code == 403


# Organisations told by name -----------------------------------------------------


def test_moderator_chooses_the_organisations_that_the_submitter_named(client, moderator):
    owner, partner, adopter = (
        OrganisationFactory(name_fi=name) for name in ("Omistaja", "Kumppani", "Ottaja")
    )
    revision = factories.in_review(
        partner_names=["kumppani", "Tuntematon yhdistys"],
        adoptions=[{"organisation": None, "organisation_name": "Ottaja", "mode": "copy", "year": 2024}],
    )
    content = {**revision.content, "owner": None, "owner_name": "Omistaja"}
    actions.save_content(revision, by=moderator, content=content)
    form = client.get(pages.page(revision)).context["organisations_form"]
    # What is called the same is proposed.
    assert [field.initial for field in form.visible_fields()] == [owner.pk, partner.pk, None, adopter.pk]
    answer = client.post(
        reverse("admin:cases_caserevision_organisations", args=[revision.pk]),
        {
            "seen_version": revision.version,
            "owner": owner.pk,
            "partner_names-0": partner.pk,
            "adoptions-0": adopter.pk,
        },
    )
    assert answer.status_code == 302
    revision.refresh_from_db()
    content = revision.content
    assert (content["owner"], content["owner_name"]) == (owner.pk, "")
    assert (content["partners"], content["partner_names"]) == ([partner.pk], ["Tuntematon yhdistys"])
    assert content["adoptions"][0]["organisation"] == adopter.pk
    assert CaseEvent.objects.latest("pk").act == "amend"


def test_organisations_are_not_written_over_a_newer_text(client):
    revision = factories.in_review(owner_name="")
    content = {**revision.content, "owner": None, "owner_name": "Omistaja"}
    actions.save_content(revision, by=factories.moderator(), content=content)
    owner = OrganisationFactory()
    client.post(
        reverse("admin:cases_caserevision_organisations", args=[revision.pk]),
        {"seen_version": revision.version - 1, "owner": owner.pk},
    )
    revision.refresh_from_db()
    assert revision.content["owner"] is None


def test_choosing_no_organisation_changes_nothing(client):
    revision = factories.in_review(partner_names=["Tuntematon yhdistys"])
    client.post(
        reverse("admin:cases_caserevision_organisations", args=[revision.pk]),
        {"seen_version": revision.version, "partner_names-0": ""},
    )
    before = revision.version
    revision.refresh_from_db()
    assert revision.version == before


# Principles ---------------------------------------------------------------------


def bare_case(**changes) -> Case:
    """A published case whose source tells no principle."""
    case = factories.published(**changes)
    case.terms.remove(*case.principles)
    return Case.objects.get(pk=case.pk)


def tagging(case: Case) -> str:
    return reverse("admin:cases_case_principles", args=[case.pk])


def test_untagged_cases_are_tagged_one_after_another(client):
    for code in "12345":
        factories.term("principle", code)
    first, second, third = (bare_case() for _number in range(3))
    factories.published()
    start = client.get(reverse("admin:cases_case_tagging"))
    assert start.url.startswith(tagging(first))
    page = client.get(start.url)
    assert page.context["left"] == 3
    assert "Joka kolmas hakemus palautui." in page.content.decode()
    answer = client.post(start.url, {"principles": ["2", "5"], "seen": page.context["form"]["seen"].value()})
    assert client.get(answer.url).url.startswith(tagging(second))
    assert {term.code for term in Case.objects.get(pk=first.pk).principles} == {"2", "5"}
    # One that shows none can be passed by.
    skip = client.get(client.get(client.get(answer.url).url).context["next_url"])
    assert skip.url.startswith(tagging(third))
    end = client.get(f"{reverse('admin:cases_case_tagging')}?after={third.pk}")
    assert end.url == pages.changelist("cases_case")


def test_finnish_ones_are_tagged_first(client):
    foreign, finnish = bare_case(country="EE"), bare_case()
    start = client.get(reverse("admin:cases_case_tagging"))
    assert start.url.startswith(tagging(finnish))
    following = client.get(f"{reverse('admin:cases_case_tagging')}?after={finnish.pk}")
    assert following.url.startswith(tagging(foreign))
    end = client.get(f"{reverse('admin:cases_case_tagging')}?after={foreign.pk}")
    assert end.url == pages.changelist("cases_case")


def test_tagging_is_a_revision_that_can_be_read(client, moderator):
    case = bare_case()
    seen = client.get(tagging(case)).context["form"]["seen"].value()
    client.post(tagging(case), {"principles": ["1"], "seen": seen})
    case.refresh_from_db()
    assert case.published_revision.number == 2
    assert case.published_revision.created_by == moderator
    assert client.get(pages.page(case.published_revision)).status_code == 200


def test_second_of_two_who_tag_at_once_is_told(client):
    case = bare_case()
    seen = client.get(tagging(case)).context["form"]["seen"].value()
    actions.set_terms(case, by=factories.moderator(), vocabulary="principle", codes=["1"])
    answer = client.post(tagging(case), {"principles": [], "seen": seen})
    assert answer.status_code == 409
    assert [term.code for term in Case.objects.get(pk=case.pk).principles] == ["1"]


def test_case_with_an_open_revision_is_not_tagged_and_the_reason_told(client):
    case = bare_case()
    actions.open_revision(case, by=case.submitter)
    page = client.get(tagging(case))
    assert not page.context["decision"].allowed
    assert (
        client.post(tagging(case), {"principles": ["1"], "seen": case.published_revision_id}).status_code
        == 409
    )
    assert not Case.objects.get(pk=case.pk).principles


def test_nothing_is_written_when_nothing_was_changed(client):
    case = factories.published(by=UserFactory())
    seen = case.published_revision_id
    client.post(tagging(case), {"principles": ["1"], "seen": seen})
    case.refresh_from_db()
    assert case.published_revision_id == seen


def test_history_of_a_source_names_people_and_not_their_addresses(client, moderator):
    source = ImportSource.objects.create(key="lahde", name="Lähde", licence="CC0", attribution="Lähde")
    client.post(
        reverse("admin:cases_importsource_change", args=[source.pk]),
        {"name": "Avoin lähde", "licence": "CC0", "attribution": "Joku"},
    )
    page = client.get(reverse("admin:cases_importsource_history", args=[source.pk])).content.decode()
    assert str(moderator) in page
    assert moderator.email not in page


def test_organisation_in_use_is_not_deleted_and_its_cases_not_listed():
    client = pages.client_of(StaffFactory(is_superuser=True))
    case = factories.published()
    path = reverse("admin:accounts_organisation_delete", args=[case.owner_id])
    answer = client.get(path)
    assert len(answer.context["protected"]) == 1
    assert case.text.title not in answer.content.decode()
    client.post(path, {"post": "yes"})
    assert Organisation.objects.filter(pk=case.owner_id).exists()
