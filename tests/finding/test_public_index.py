"""The index in memory: what it holds, how it counts, and that it is never out of date."""

import threading

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from cases import actions, public_index
from cases.facets import FACETS, UNTAGGED
from cases.models import Case, CaseRevision
from cases.public_index import Hits, Numbering, Selection
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.cases.factories import moderator, published

from .cases import publish, tagged, titled

pytestmark = pytest.mark.django_db


def found(name: str, value: str) -> list[int]:
    index = public_index.current()
    return index.numbering.ids(index.values[name].get(value, []))


def test_index_knows_every_facet_of_a_case():
    owner, partner = OrganisationFactory(kind="municipality"), OrganisationFactory()
    (case,) = publish(
        {
            **titled("Kokeilu"),
            **tagged(
                principle=["2"],
                theme=["09"],
                sdg=["4"],
                kind=["service"],
                opsi_facet=["mission"],
                technology=["chatbots"],
                region=["06"],
                tag=["koulut"],
            ),
            "owner": owner.pk,
            "partners": [partner.pk],
            "level_of_government": "local",
            "novelty": "copy",
            "phase": "evaluation",
            "life_cycle": "pilot",
            "started_year": 2021,
            "evidence": [
                {"kind": "hours_saved", "value": "3", "unit": "h", "established": "estimated", "source": ""}
            ],
        }
    )

    expected = {
        "principle": "2",
        "theme": "09",
        "owner_kind": "municipality",
        "life_cycle": "pilot",
        "evidence": "estimated",
        "country": "FI",
        "region": "06",
        "level": "local",
        "kind": "service",
        "novelty": "copy",
        "technology": "chatbots",
        "started": "2021",
        "language": "fi",
        "source": "own",
        "tag": "koulut",
        "sdg": "4",
        "opsi_facet": "mission",
        "phase": "evaluation",
        "organisation": str(owner.pk),
    }
    assert {facet.name for facet in FACETS} == set(expected)
    for name, value in expected.items():
        assert found(name, value) == [case.pk], name
    assert found("organisation", str(partner.pk)) == [case.pk]


def test_case_without_principle_is_not_yet_tagged():
    tagged_case, untagged_case = publish(tagged(principle=["1"], theme=["07"]), tagged(theme=["07"]))

    assert found("principle", UNTAGGED) == [untagged_case.pk]
    assert found("principle", "1") == [tagged_case.pk]


def test_cost_of_making_it_is_no_evidence_of_effect():
    publish(
        {
            "evidence": [
                {"kind": "one_off_cost", "value": "9", "unit": "€", "established": "measured", "source": "x"}
            ]
        }
    )

    assert public_index.current().values["evidence"] == {}


def test_confirmed_adoption_counts_as_adopted_elsewhere_and_reported_one_does_not():
    case = published()
    adopter = OrganisationFactory()
    adoption = actions.report_adoption(
        case, by=UserFactory(), organisation=adopter, mode="copy", year=2024, result=""
    )
    assert found("evidence", "adopted") == []
    assert found("organisation", str(adopter.pk)) == []

    actions.confirm_adoption(adoption, by=moderator())

    assert found("evidence", "adopted") == [case.pk]
    assert found("organisation", str(adopter.pk)) == [case.pk]


def test_only_what_is_public_is_in_the_index():
    public, archived, withdrawn = published(), published(), published()
    actions.archive(archived, by=moderator(), message="Vanhentunut")
    actions.withdraw(withdrawn, by=withdrawn.submitter)
    revision = actions.open_revision(public, by=public.submitter)
    actions.create_case(by=UserFactory(), content=revision.content)

    index = public_index.current()

    assert index.numbering.ids(index.everything) == [public.pk]
    assert all(
        set(index.numbering.ids(cases)) == {public.pk}
        for values in index.values.values()
        for cases in values.values()
    )
    assert index.numbering.numbers([public.pk, archived.pk, withdrawn.pk]) == index.everything


def test_index_is_read_anew_when_what_is_public_has_changed():
    case = published()
    before = public_index.current()
    assert public_index.current() is before

    actions.archive(case, by=moderator(), message="Vanhentunut")

    assert len(before) == 1
    assert len(public_index.current()) == 0


def test_editing_a_published_case_leaves_the_index_as_it_is():
    case = published()
    before = public_index.current()

    revision = actions.open_revision(case, by=case.submitter)
    actions.save_content(revision, by=case.submitter, content=revision.content)

    assert public_index.current() is before
    assert CaseRevision.objects.open().count() == 1


def test_finnish_cases_come_before_newer_foreign_ones():
    finnish, foreign, newest = publish({"country": "FI"}, {"country": "SE"}, {"country": "FI"})

    index = public_index.current()

    assert index.numbering.ids(index.everything) == [newest.pk, finnish.pk, foreign.pk]


def test_most_adopted_and_latest_started_come_in_order():
    old, young, untold = publish({"started_year": 2015}, {"started_year": 2024}, {"started_year": None})
    Case.objects.filter(pk=old.pk).update(adopter_count=2)

    index = public_index.current()
    everything = Selection(index, {})

    assert everything.in_order(index.by_adopters)[:] == [old.pk, untold.pk, young.pk]
    assert everything.in_order(index.by_start)[:] == [young.pk, old.pk, untold.pk]


def test_values_of_a_facet_are_alternatives_and_facets_are_conditions():
    publish(
        {**tagged(principle=["1"]), "life_cycle": "in_use"},
        {**tagged(principle=["2"]), "life_cycle": "in_use"},
        {**tagged(principle=["3"]), "life_cycle": "in_use"},
        {**tagged(principle=["1"]), "life_cycle": "pilot"},
    )
    index = public_index.current()

    assert len(Selection(index, {"principle": ["1", "2"]})) == 3
    assert len(Selection(index, {"principle": ["1", "2"], "life_cycle": ["in_use"]})) == 2
    assert len(Selection(index, {"principle": ["nobody has this"]})) == 0


def test_facet_is_counted_as_if_it_alone_were_not_chosen():
    publish(
        {**tagged(principle=["1"]), "life_cycle": "in_use"},
        {**tagged(principle=["2"]), "life_cycle": "in_use"},
        {**tagged(principle=["1"]), "life_cycle": "pilot"},
    )

    selection = Selection(public_index.current(), {"principle": ["1"], "life_cycle": ["in_use"]})

    assert len(selection) == 1
    assert selection.counts("principle") == {"1": 1, "2": 1}
    assert selection.counts("life_cycle") == {"in_use": 1, "pilot": 1}
    assert selection.counts("country") == {"FI": 1}


def test_index_costs_the_same_queries_however_many_cases(django_assert_num_queries):
    publish(*[{"started_year": year} for year in range(2000, 2020)])
    with django_assert_num_queries(8):
        public_index.build(1)


@given(
    tiers=st.lists(st.frozensets(st.integers(0, 40)), max_size=4),
    start=st.integers(0, 60),
    length=st.integers(0, 60),
)
def test_slice_of_hits_is_the_slice_of_their_list(tiers, start, length):
    seen: set[int] = set()
    disjoint = []
    for tier in tiers:
        disjoint.append(BitMap(tier - seen))
        seen |= tier
    hits = Hits(Numbering(range(1000, 1041)), disjoint)
    whole = [1000 + number for tier in disjoint for number in tier]

    assert len(hits) == len(whole)
    assert hits[start : start + length] == whole[start : start + length]
    assert hits[:] == whole
    assert list(hits) == whole


@pytest.mark.django_db(transaction=True)
def test_one_thread_reads_the_index_and_the_others_wait_for_it(monkeypatch):
    published()
    built = []
    read = public_index.build
    monkeypatch.setattr(public_index, "build", lambda version: built.append(version) or read(version))
    indexes = []

    def ask():
        indexes.append(public_index.current())
        connection.close()

    threads = [threading.Thread(target=ask) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(built) == 1
    assert len(set(map(id, indexes))) == 1
