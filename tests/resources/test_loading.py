"""The resources and contacts that come with the registry."""

import tomllib
from io import StringIO

import pytest
from django.core.management import call_command

from pages import contacts
from pages.models import Contact, Resource
from pages.resources import reference
from taxonomy.models import Term, Vocabulary

from .factories import contact, principle

pytestmark = pytest.mark.django_db
ROWS = tomllib.loads(reference.DATA.read_text())["resource"]


@pytest.fixture(autouse=True)
def principles() -> None:
    for code in "12345":
        principle(code)


def told(command: str) -> str:
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


def test_a_second_run_changes_nothing():
    assert told("load_resources") == f"Resources: {len(ROWS)} created\n"
    before = list(Resource.objects.order_by("pk").values())
    history = Resource.history.count()
    assert told("load_resources") == f"Resources: {len(ROWS)} unchanged\n"
    assert list(Resource.objects.order_by("pk").values()) == before
    assert Resource.history.count() == history


def test_what_staff_have_edited_or_deleted_stays_so():
    reference.load_resources()
    edited = Resource.objects.get(key="opsi")
    edited.title_fi = "Toinen nimi"
    edited.save()
    retied = Resource.objects.get(key="opsi-cases")
    retied.terms.clear()
    Resource.objects.get(key="opsi-criteria").delete()
    counts = reference.load_resources()
    assert counts["kept"] == 3
    edited.refresh_from_db()
    assert edited.title_fi == "Toinen nimi"
    assert not retied.terms.exists()
    assert not Resource.objects.filter(key="opsi-criteria").exists()


def test_a_row_that_has_changed_in_the_file_is_brought_up_to_date(tmp_path, monkeypatch):
    reference.load_resources()
    changed = tmp_path / "resources.toml"
    changed.write_text(reference.DATA.read_text().replace("year = 2019", "year = 2020"))
    monkeypatch.setattr(reference, "DATA", changed)
    counts = reference.load_resources()
    assert counts == {"updated": 1, "unchanged": len(ROWS) - 1}
    assert Resource.objects.get(key="oecd-declaration").year == 2020


def test_a_principle_that_is_not_there_is_an_error_and_nothing_is_loaded():
    Term.objects.filter(vocabulary=Vocabulary.PRINCIPLE, code="5").delete()
    with pytest.raises(ValueError, match="principle"):
        reference.load_resources()
    assert not Resource.objects.exists()


def test_every_row_is_told_in_three_languages():
    for row in ROWS:
        for name in ("title", "description", "publisher"):
            assert set(row[name]) == {"fi", "sv", "en"}, row["key"]
            assert all(row[name].values()), row["key"]
    assert len({row["key"] for row in ROWS}) == len(ROWS)


def test_what_has_not_been_looked_up_is_not_public():
    reference.load_resources()
    assert Resource.objects.public().count() == sum(row["public"] for row in ROWS)
    assert not Resource.objects.get(key="copenhagen-manual").is_public


def test_contacts_come_once_and_never_again():
    assert contacts.load_contacts() == 1
    assert Contact.objects.get().topics == ["network"]
    assert contacts.load_contacts() == 0
    Contact.objects.get().delete()
    assert contacts.load_contacts() == 0
    assert not Contact.objects.exists()


def test_contacts_do_not_come_where_staff_have_written_their_own():
    contact()
    assert contacts.load_contacts() == 0
