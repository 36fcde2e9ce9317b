"""Public Sector Tech Watch, the real file: 2,291 cases with every quirk that there is."""

import csv
import time
from collections import Counter

import pytest
from django.db.models import Count

from accounts.models import Organisation
from accounts.reference_data import load_organisations
from cases.models import Case, CaseRevision, CaseText, Material
from common.imports.text import folded
from taxonomy.models import NameStatus

pytestmark = [pytest.mark.shared, pytest.mark.usefixtures("terms")]

CASES = 2291
LIFE_CYCLES = {"pilot": 1008, "in_use": 906, "planned": 287 + 21, "discontinued": 69}
THEMES = {
    "01": 736,
    "03": 284,
    "04": 455,
    "05": 154,
    "06": 72,
    "07": 240,
    "08": 71,
    "09": 111,
    "10": 168,
}
FINNISH_LIFE_CYCLES = {"in_use": 46, "pilot": 34, "planned": 9 + 1, "discontinued": 5}


@pytest.fixture
def pstw(shared_data):
    return shared_data / "data" / "pstw" / "pstw_dataset_2026-03-04.csv"


@pytest.fixture
def source(pstw):
    """The file's rows as they are, by identifier."""
    with pstw.open(encoding="utf-8-sig", newline="") as lines:
        return {line["PSTW ID"]: line for line in csv.DictReader(lines)}


@pytest.fixture
def taken_in(pstw, take_in):
    load_organisations()
    return take_in(pstw, "--apply", mapping="pstw")


def counts(cases, field):
    return dict(cases.order_by().values_list(field).annotate(number=Count("pk")))


def test_the_whole_file_is_taken_in_within_the_time_and_again_without_a_change(pstw, take_in):
    load_organisations()
    began = time.process_time()
    printed = take_in(pstw, "--apply", mapping="pstw")
    assert time.process_time() - began < 30
    assert f"{CASES:,} created" in printed
    assert "0 refused" in printed
    assert "Values that the mapping does not know" not in printed
    cases = Case.objects.public().filter(source__key="pstw")
    assert cases.count() == CASES
    assert counts(cases, "life_cycle") == LIFE_CYCLES
    assert counts(cases.filter(terms__vocabulary="theme"), "terms__code") == THEMES
    assert counts(cases, "original_language") == {"en": CASES}
    assert cases.filter(started_year__range=(2003, 2026)).count() == CASES
    assert cases.filter(ended_year__isnull=False).count() == 763
    assert not cases.filter(terms__vocabulary="principle").exists()
    finnish = cases.filter(country="FI")
    assert finnish.count() == 95
    assert counts(finnish, "life_cycle") == FINNISH_LIFE_CYCLES
    printed = take_in(pstw, "--apply", mapping="pstw")
    assert f"{CASES:,} left as they are" in printed
    assert CaseRevision.objects.filter(case__in=cases).count() == CASES


def test_owners_with_several_names_are_one_organisation(taken_in):
    owned = dict(
        Case.objects.filter(source__key="pstw", country="FI")
        .values_list("owner__code")
        .annotate(number=Count("pk"))
    )
    assert owned["kunta-091"] == 20
    # Eight times "City of Espoo", and "Espoo Municipality".
    assert owned["kunta-049"] == 8 + 1
    assert owned["kunta-837"] == 3
    assert owned["virasto-verohallinto"] == 3
    tampere = Organisation.objects.get(code="kunta-837")
    # One of its cases covers the European Union.
    assert counts(tampere.cases.all(), "country") == {"FI": 3, "EU": 1}
    assert Organisation.objects.filter(name_en="European Commission").get().country.code == "EU"
    new = Organisation.objects.filter(code=None)
    assert not new.exclude(name_status=NameStatus.TO_CHECK).exists()
    names = Counter((folded(one.name_en), one.country.code) for one in new)
    assert names.most_common(1)[0][1] == 1


def test_nothing_of_the_file_is_cut_or_lost(taken_in, source):
    texts = {
        text.case.external_id: text
        for text in CaseText.objects.filter(case__source__key="pstw").select_related("case")
    }
    links = {}
    for material in Material.objects.filter(case__source__key="pstw").select_related("case"):
        links.setdefault(material.case.external_id, []).append(material)
    assert len(texts) == CASES
    for external_id, row in source.items():
        text = texts[external_id]
        assert text.title == row["Name"].replace("\xa0", " ").strip()
        described = folded(row["Description"])
        assert folded(text.solution).startswith(described)
        held = folded(" ".join([text.solution, text.replication, text.case.website]))
        held += "".join(
            f" {link.url.casefold()} {link.title.casefold()}" for link in links.get(external_id, [])
        )
        for word in (*row["Website"].split(), *row["Source"].split()):
            assert folded(word).strip("()<>,;:-–&") in held, (external_id, word)
    assert sum("\n" in row["Description"] for row in source.values()) == 147
    assert max(len(text.title) for text in texts.values()) == 186
    assert sum(not row["Description"].strip() for row in source.values()) == 3
    # The owner that is a list of 400 characters or a description of 800 is kept whole beside its name.
    long_owners = [row for row in source.values() if len(row["Responsible organisation"]) > 300]
    assert len(long_owners) == 2
    for row in long_owners:
        assert folded(row["Responsible organisation"]) in folded(texts[row["PSTW ID"]].partnerships)
