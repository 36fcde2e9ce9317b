import csv
import datetime

import pytest
from django.core.management import call_command

from accounts import reference_data
from accounts.models import Organisation
from accounts.reference_data import load_organisations
from taxonomy.models import Term

pytestmark = pytest.mark.django_db

COLUMNS = [
    "kind", "code", "name_fi", "name_sv", "name_en", "region", "valid_from", "valid_to",
    "successors", "name_status", "email_domains", "source", "is_example",
]  # fmt: skip


@pytest.fixture
def data(tmp_path, monkeypatch):
    """Writes organisations.csv for the loader from dictionaries; returns the writer."""
    Term.objects.get_or_create(vocabulary="region", code="06", defaults={"name": "Pirkanmaa"})
    monkeypatch.setattr(reference_data, "DATA", tmp_path)

    def write(*rows: dict[str, str]) -> None:
        with (tmp_path / "organisations.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            writer.writeheader()
            for row in rows:
                writer.writerow({"kind": "agency", "name_status": "verified", "is_example": "0", **row})

    return write


def test_first_run_creates_and_second_changes_nothing(data):
    data(
        {"code": "avi", "name_fi": "Aluehallintovirasto", "valid_to": "2025-12-31", "successors": "lvv"},
        {
            "code": "lvv",
            "name_fi": "Lupa- ja valvontavirasto",
            "region": "06",
            "email_domains": "lvv.example",
        },
    )
    assert load_organisations() == {"created": 2}
    history = Organisation.history.count()
    assert load_organisations() == {"unchanged": 2}
    assert Organisation.history.count() == history
    old = Organisation.objects.get(code="avi")
    assert old.valid_to == datetime.date(2025, 12, 31)
    new = old.successors.get()
    assert (new.code, new.region.code, new.domains.get().domain) == ("lvv", "06", "lvv.example")


def test_correction_in_the_file_reaches_the_organisation(data):
    data({"code": "vero", "name_fi": "Verotoimisto"})
    load_organisations()
    data({"code": "vero", "name_fi": "Verohallinto", "name_sv": "Skatteförvaltningen"})
    assert load_organisations() == {"updated": 1}
    organisation = Organisation.objects.get()
    assert (organisation.name_fi, organisation.name_sv) == ("Verohallinto", "Skatteförvaltningen")


def test_what_staff_have_changed_stays(data):
    data({"code": "vero", "name_fi": "Verotoimisto"})
    load_organisations()
    organisation = Organisation.objects.get()
    organisation.name_fi = "Verohallinto"
    organisation.save()
    data({"code": "vero", "name_fi": "Vero", "email_domains": "vero.example"})
    assert load_organisations() == {"kept": 1}
    organisation.refresh_from_db()
    assert organisation.name_fi == "Verohallinto"


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ({"kind": "club"}, "kind 'club'"),
        ({"region": "99"}, "region '99'"),
        ({"name_status": "sure"}, "name_status 'sure'"),
        ({"successors": "absent"}, "successors absent"),
    ],
    ids=["kind", "region", "name status", "successor"],
)
def test_unknown_value_is_refused_with_its_row_and_nothing_is_loaded(data, row, named):
    data({"code": "a", "name_fi": "A"}, {"code": "b", "name_fi": "B", **row})
    with pytest.raises(ValueError, match=f"organisations.csv, row 3: unknown {named}"):
        load_organisations()
    assert not Organisation.objects.exists()


def test_project_data_loads_and_reloads_unchanged():
    with (reference_data.DATA.parent.parent / "taxonomy" / "data" / "region.csv").open() as file:
        for row in csv.DictReader(file):
            Term.objects.get_or_create(
                vocabulary="region", code=row["code"], defaults={"name": row["name_fi"]}
            )
    call_command("load_organisations", verbosity=0)
    total = Organisation.objects.count()
    assert set(load_organisations()) == {"unchanged"}
    assert Organisation.objects.filter(kind="municipality").count() == 308
    assert Organisation.objects.count() == total
    assert set(load_organisations("example_organisations.csv")) == {"created"}
    for ended in Organisation.objects.filter(valid_to__isnull=False, code__startswith="ely-"):
        assert ended.successors.exists()
