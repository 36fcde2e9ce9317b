"""The data that comes with the registry is loaded: vocabularies, organisations, example cases."""

from collections import Counter
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from accounts.models import Organisation, User
from cases import actions
from cases.models import Adoption, Case, CaseEvent, CaseRevision, ImportSource, SearchEntry, Upload
from taxonomy.models import Term
from taxonomy.reference_data import load_terms
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.cases.factories import complete_content, term

pytestmark = pytest.mark.django_db


def run(command, *options):
    out = StringIO()
    call_command(command, *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def demo_file(tmp_path, monkeypatch):
    """Passwords of demo accounts are written here."""
    monkeypatch.setattr("accounts.demo.FILE", tmp_path / "demo_sign_ins.json")


@pytest.fixture
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def loaded(demo_file, media):
    run("load_reference_data")
    return run("load_examples")


# Vocabularies and organisations -----------------------------------------------------


def test_reference_data_is_loaded_once():
    assert "created" in run("load_reference_data")
    before = list(Term.objects.values()), list(Organisation.objects.values()), Term.history.count()
    assert "created" not in run("load_reference_data")
    assert (list(Term.objects.values()), list(Organisation.objects.values()), Term.history.count()) == before


def test_a_term_that_staff_edited_is_kept_and_others_follow_their_file():
    load_terms()
    edited, other = Term.objects.filter(vocabulary="tag")[:2]
    edited.name_sv = "Rådgivning åt alla"
    edited.save()
    # As an earlier edition of the file had it.
    name = other.name_sv
    other.name_sv = "Något annat"
    other._change_reason = "reference data"
    other.save()
    assert load_terms()["updated"] == 1
    edited.refresh_from_db()
    other.refresh_from_db()
    assert (edited.name_sv, other.name_sv) == ("Rådgivning åt alla", name)


def test_a_status_that_is_not_known_is_told_with_its_row(monkeypatch, tmp_path):
    (tmp_path / "principle.csv").write_text("code,name_status\n1,maybe\n")
    monkeypatch.setattr("taxonomy.reference_data.DATA", tmp_path)
    with pytest.raises(CommandError, match="row 2: unknown name_status 'maybe'"):
        run("load_terms")


# Examples ---------------------------------------------------------------------------


@pytest.mark.usefixtures("loaded")
def test_compiled_cases_are_public_and_marked_as_compiled():
    source = ImportSource.objects.get(key="pstw-compiled")
    assert source.is_compiled
    assert source.cases.public().count() >= 30
    assert not source.cases.filter(terms__vocabulary="principle").distinct().count() < 30
    assert source.cases.filter(texts__language="sv").count() * 3 >= source.cases.count()


@pytest.mark.usefixtures("loaded")
def test_invented_cases_are_in_every_state():
    cases = Case.objects.filter(is_example=True)
    assert Counter(cases.values_list("state", flat=True)).keys() == set(Case.State.values)
    states = set(CaseRevision.objects.filter(case__in=cases).values_list("state", flat=True))
    assert states == set(CaseRevision.State.values) - {CaseRevision.State.DISCARDED}
    assert cases.public().count() >= 8
    assert set(Adoption.objects.values_list("state", flat=True)) == {"reported", "confirmed"}
    chain = Adoption.objects.filter(follows__isnull=False)
    assert chain.exists()
    assert Upload.objects.public().filter(kind="image").exists()
    assert Upload.objects.public().filter(kind="attachment").exists()
    assert cases.filter(featured_at__isnull=False).exists()


@pytest.mark.usefixtures("loaded")
def test_nobody_publishes_their_own_example_and_nobody_gets_mail_of_it():
    published = CaseEvent.objects.filter(case__is_example=True, act="publish").select_related("case", "by")
    assert published
    assert all(event.by != event.case.submitter for event in published)
    assert mail.outbox == []


@pytest.mark.usefixtures("loaded")
def test_examples_are_loaded_once():
    before = Case.objects.count(), CaseRevision.objects.count(), CaseEvent.objects.count()
    assert "Invented: 0" in run("load_examples")
    assert (Case.objects.count(), CaseRevision.objects.count(), CaseEvent.objects.count()) == before


@pytest.mark.usefixtures("demo_file", "media")
def test_examples_do_not_go_among_other_cases_unless_told():
    run("load_reference_data")
    actions.create_case(by=UserFactory(), content=complete_content())
    with pytest.raises(CommandError, match="There are other cases already"):
        run("load_examples")
    assert Case.objects.count() == 1
    run("load_examples", "--force", "--only", "compiled")
    assert Case.objects.count() > 30
    assert not Case.objects.filter(is_example=True).exists()


@pytest.mark.usefixtures("demo_file", "media")
def test_production_has_no_invented_cases(settings):
    settings.PRODUCTION = True
    run("load_reference_data")
    with pytest.raises(CommandError, match="Use --only compiled"):
        run("load_examples", "--only", "invented")
    run("load_examples", "--only", "compiled")
    assert not Organisation.objects.filter(is_example=True).exists()


def test_invented_cases_go_with_their_files_and_nothing_else_does(
    loaded, media, django_capture_on_commit_callbacks
):
    compiled = list(Case.objects.filter(is_example=False).order_by("pk").values())
    assert any(file.is_file() for file in media.rglob("*"))
    with django_capture_on_commit_callbacks(execute=True):
        assert "Invented cases removed: 15" in run("remove_examples")
    assert list(Case.objects.order_by("pk").values()) == compiled
    assert not Organisation.objects.filter(is_example=True).exists()
    assert not [file for file in media.rglob("*") if file.is_file()]
    assert User.objects.filter(is_demo=True).exists()
    assert "Invented cases removed: 0" in run("remove_examples")


@pytest.mark.usefixtures("loaded")
def test_an_invented_organisation_that_a_real_case_names_stays():
    municipality = Organisation.objects.get(code="esimerkki-kunta")
    actions.import_cases(
        [actions.Incoming("", complete_content(owner=municipality.pk))], source=None, publish=True
    )
    assert "Kept, because something else names it: Esimerkkilän kunta" in run("remove_examples")
    assert list(Organisation.objects.filter(is_example=True)) == [municipality]


# Search -----------------------------------------------------------------------------


def test_texts_of_another_analyser_are_analysed_anew():
    term("principle", "1")
    owner = OrganisationFactory()
    incoming = [actions.Incoming("", complete_content(owner=owner.pk)) for _ in range(3)]
    first, second, third = actions.import_cases(incoming, source=None, publish=True)
    SearchEntry.objects.filter(case=first).update(analyser="another 1", title="")
    SearchEntry.objects.filter(case=second).delete()
    assert "Cases analysed: 2" in run("reindex_search")
    assert "Cases analysed: 0" in run("reindex_search")
    assert SearchEntry.objects.get(case=first).title == SearchEntry.objects.get(case=third).title
    assert "Cases analysed: 3" in run("reindex_search", "--all")


def test_names_of_contact_persons_are_erased_when_their_day_has_passed(time_machine):
    contact = {"role": "Kirjaamo", "email": "k@example.org", "name": "Eeva", "name_until": "2027-01-31"}
    (case,) = actions.import_cases(
        [actions.Incoming("", complete_content(contact=contact))], source=None, publish=True
    )
    time_machine.move_to("2027-01-31T12:00:00Z")
    assert "erased: 0" in run("erase_expired_contact_names")
    time_machine.move_to("2027-02-01T12:00:00Z")
    assert "erased: 1" in run("erase_expired_contact_names")
    case.refresh_from_db()
    assert case.contact_name == ""
    assert case.revisions.get().content["contact"]["name"] == ""
