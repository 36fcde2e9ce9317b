"""Nothing that is typed is lost, nothing is saved twice, and nobody sees another's draft."""

import threading
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import Image

from cases import actions
from cases.forms import rows
from cases.models import Case, CaseRevision, Upload
from cases.schema import FIELDS, Section
from cases.views import submitting
from taxonomy.models import Vocabulary
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.cases import factories

from .pages import errors_of, form_data, soup, text_of, title_of

pytestmark = pytest.mark.django_db

STEPS = [f"cases:step_{section.value}" for section in Section]


def url(name, revision, *more):
    return reverse(f"cases:{name}", args=[revision.case_id, *more])


def send(client, address, **typed):
    """Open a page, type over it and send it."""
    return client.post(address, {**form_data(client.get(address)), **typed})


def fresh(revision):
    return CaseRevision.objects.get(pk=revision.pk)


def picture(name="kuva.png"):
    data = BytesIO()
    Image.new("RGB", (40, 30), "green").save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue(), "image/png")


# Drafts -----------------------------------------------------------------------


def test_a_draft_is_saved_whatever_is_missing(client, teller):
    response = send(client, reverse("cases:begin"), title="Pelkkä nimi", then="leave")
    case = Case.objects.get()
    assert response.url == reverse("cases:own_case", args=[case.pk])
    assert case.revisions.get().content["texts"]["fi"]["title"] == "Pelkkä nimi"
    for name in STEPS:
        assert send(client, reverse(name, args=[case.pk]), then="next").status_code == 302


def test_what_cannot_be_kept_is_told_of_and_the_rest_is_saved(client, draft):
    response = send(client, url("step_facts", draft), started_year="eilen", ended_year="", novelty="copy")
    assert response.status_code == 200
    assert title_of(response).startswith("Virhe:") or title_of(response).startswith("Error:")
    (error,) = errors_of(response)
    field = soup(response).select_one("#id_started_year")
    assert field["value"] == "eilen"
    assert field["aria-invalid"] == "true"
    assert soup(response).select_one(".error-summary a")["href"] == "#id_started_year"
    beside = soup(response).select_one(f"#{field['aria-describedby'].split()[-1]}").get_text()
    assert error.rpartition("– ")[2] in beside
    assert fresh(draft).content["novelty"] == "copy"
    assert fresh(draft).content["started_year"] == 2022
    # And what the page sends next is not taken for somebody else's change.
    data = form_data(response)
    response = client.post(url("step_facts", draft), {**data, "started_year": "2023", "then": "next"})
    assert response.url == url("step_story", draft)
    assert fresh(draft).content["started_year"] == 2023


def test_a_first_step_with_a_text_too_long_makes_one_draft(client, teller):
    response = send(client, reverse("cases:begin"), title="Nimi", summary="a" * 501)
    revision = CaseRevision.objects.get()
    assert errors_of(response)
    form = soup(response).select_one("main form")
    assert form["action"] == url("step_about", revision)
    response = client.post(form["action"], {**form_data(response), "summary": "Lyhyt", "then": "next"})
    assert response.url == url("step_facts", revision)
    assert fresh(revision).content["texts"]["fi"]["summary"] == "Lyhyt"


@pytest.mark.parametrize(
    ("then", "leads_to"),
    [("next", "step_story"), ("leave", "own_case"), ("more:evidence", "step_facts"), ("", "step_story")],
)
def test_buttons_lead_where_they_say(client, draft, then, leads_to):
    response = send(client, url("step_facts", draft), novelty="first", then=then)
    assert response.url.partition("#")[0] == url(leads_to, draft)


def test_a_button_leads_nowhere_else(client, draft):
    response = send(client, url("step_facts", draft), then="more://evil.example")
    assert response.url == f"{url('step_facts', draft)}#"


def test_opening_pages_changes_nothing(client, draft):
    case, before = draft.case, fresh(draft)
    names = ["own_case", "check", "submitted", "act_discard", "act_withdraw", "act_take_back", "act_open"]
    for name in [*names, *(step.removeprefix("cases:") for step in STEPS)]:
        client.get(url(name, draft))
    client.get(url("translation", draft, "sv"))
    client.get(url("own_revision", draft, 1))
    after = fresh(draft)
    assert (after.state, after.version, after.content) == (before.state, before.version, before.content)
    assert case.events.count() == 1


def test_saving_the_same_again_is_no_new_version(client, draft):
    send(client, url("step_about", draft), then="next")
    assert fresh(draft).version == draft.version


# Twice, or by two ---------------------------------------------------------------


def test_a_first_step_sent_twice_makes_one_case(client, teller):
    data = {**form_data(client.get(reverse("cases:begin"))), "title": "Sama", "then": "next"}
    first, second = (client.post(reverse("cases:begin"), data) for _time in range(2))
    assert first.url == second.url
    assert Case.objects.count() == 1


def test_a_step_sent_twice_is_saved_once(client, draft):
    data = {**form_data(client.get(url("step_story", draft))), "results": "Jono katosi.", "then": "next"}
    assert [client.post(url("step_story", draft), data).status_code for _time in range(2)] == [302, 302]
    assert fresh(draft).version == draft.version + 1


def test_a_submission_sent_twice_is_one(client, draft):
    data = form_data(client.get(url("check", draft)))
    assert [client.post(url("check", draft), data).url for _time in range(2)] == [url("submitted", draft)] * 2
    assert draft.case.events.filter(act="submit").count() == 1


def test_two_who_save_the_same_step_see_each_others_text(client, draft):
    address = url("step_story", draft)
    data = {**form_data(client.get(address)), "results": "Oma teksti"}
    other = {**draft.content, "texts": {"fi": {**draft.content["texts"]["fi"], "results": "Toisen teksti"}}}
    actions.save_content(fresh(draft), by=draft.case.submitter, content=other)

    response = client.post(address, {**data, "then": "next"})
    assert response.status_code == 409
    assert "Toisen teksti" in soup(response).select_one(".differences").get_text()
    assert soup(response).select_one("#id_results").get_text().strip() == "Oma teksti"
    assert fresh(draft).content["texts"]["fi"]["results"] == "Toisen teksti"

    response = client.post(address, {**form_data(response), "then": "next"})
    assert response.url == url("step_effects", draft)
    assert fresh(draft).content["texts"]["fi"]["results"] == "Oma teksti"


def test_two_who_save_different_steps_do_not_disturb_each_other(client, draft):
    data = {**form_data(client.get(url("step_story", draft))), "results": "Jono katosi.", "then": "next"}
    send(client, url("step_facts", draft), novelty="copy", then="next")
    assert client.post(url("step_story", draft), data).status_code == 302
    content = fresh(draft).content
    assert (content["novelty"], content["texts"]["fi"]["results"]) == ("copy", "Jono katosi.")


def test_what_was_changed_since_it_was_checked_is_not_submitted(client, draft):
    data = form_data(client.get(url("check", draft)))
    send(client, url("step_story", draft), results="Myöhempi", then="next")
    response = client.post(url("check", draft), data)
    assert response.status_code == 409
    assert "Myöhempi" in text_of(response)
    assert fresh(draft).state == CaseRevision.State.DRAFT
    assert client.post(url("check", draft), form_data(response)).url == url("submitted", draft)


def test_what_is_typed_when_the_review_has_begun_can_be_copied(client, draft):
    address = url("step_story", draft)
    data = {**form_data(client.get(address)), "results": "Liian myöhään"}
    actions.submit(fresh(draft), by=draft.case.submitter)
    response = client.post(address, data)
    assert response.status_code == 409
    assert soup(response).select_one("#id_results").get_text().strip() == "Liian myöhään"
    assert (
        "results" not in fresh(draft).content["texts"]["fi"]
        or not fresh(draft).content["texts"]["fi"]["results"]
    )


def test_drafts_are_limited(client, teller, monkeypatch):
    monkeypatch.setattr(submitting, "MOST_OPEN_DRAFTS", 2)
    for title in ("yksi", "kaksi"):
        assert send(client, reverse("cases:begin"), title=title, then="next").status_code == 302
    response = send(client, reverse("cases:begin"), title="kolme", then="next")
    assert response.status_code == 429
    assert Case.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_first_steps_at_once_make_one_case(client):
    user = UserFactory()
    clients = [Client(), Client()]
    for one in clients:
        one.force_login(user)
    data = {**form_data(clients[0].get(reverse("cases:begin"))), "title": "Sama", "then": "next"}
    barrier, answers = threading.Barrier(2), []

    def press(one):
        barrier.wait()
        answers.append(one.post(reverse("cases:begin"), data).status_code)
        connection.close()

    threads = [threading.Thread(target=press, args=[one]) for one in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302, 302]
    assert Case.objects.count() == 1


# Who ------------------------------------------------------------------------------

PAGES = [
    "own_case", "check", "submitted", "act_open", "act_take_back", "act_discard", "act_withdraw",
    *(step.removeprefix("cases:") for step in STEPS),
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_anothers_draft_is_not_there(client, draft, page):
    client.force_login(UserFactory())
    for address in (url(page, draft), reverse(f"cases:{page}", args=[draft.case_id + 1])):
        assert client.get(address).status_code == 404
    if page not in ("own_case", "submitted"):
        assert client.post(url(page, draft), {"title": "Kaapattu", "version": "1"}).status_code == 404
    assert (fresh(draft).version, fresh(draft).state) == (draft.version, draft.state)


@pytest.mark.parametrize("page", PAGES)
def test_nobody_edits_without_signing_in(client, draft, page):
    client.logout()
    assert client.get(url(page, draft)).url.startswith(reverse("account_request_login_code"))


def test_what_is_sent_after_the_session_has_ended_can_be_copied(client, draft):
    address = url("step_story", draft)
    data = {**form_data(client.get(address)), "results": "Pitkä teksti"}
    client.logout()
    response = client.post(address, data)
    assert response.status_code == 403
    assert "Pitkä teksti" in text_of(response)
    assert fresh(draft).version == draft.version
    assert client.post(url("act_discard", draft)).status_code == 302


def test_a_form_from_another_site_does_nothing(draft):
    client = Client(enforce_csrf_checks=True)
    client.force_login(draft.case.submitter)
    for page in [*(step.removeprefix("cases:") for step in STEPS), "check", "act_discard"]:
        assert client.post(url(page, draft), {"title": "Kaapattu"}).status_code == 403
    assert fresh(draft).version == draft.version


def test_a_moderator_edits_during_the_review_and_the_teller_does_not(client, draft):
    actions.submit(draft, by=draft.case.submitter)
    response = client.get(url("step_about", draft))
    assert response.status_code == 409
    assert not soup(response).select("main form")
    client.force_login(factories.moderator())
    response = send(client, url("step_contact", draft), phone="0295 000 000", then="next")
    assert response.url == url("own_case", draft)
    assert fresh(draft).content["contact"]["phone"] == "0295 000 000"
    assert draft.case.events.filter(act="amend").count() == 1


# Files -----------------------------------------------------------------------------


def test_a_picture_is_kept_while_something_else_is_mended(client, draft):
    address = url("step_effects", draft)
    response = send(client, address, **{"images-0-file": picture(), "evidence-0-value": "paljon"})
    assert response.status_code == 200
    upload = Upload.objects.get()
    data = form_data(response)
    assert data["images-0-upload"] == str(upload.pk)
    assert soup(response).select_one(f'img[src="{upload.get_absolute_url()}"]')
    changes = {"images-0-alt": "Vihreä suorakaide", "evidence-0-value": "", "then": "next"}
    response = client.post(address, {**data, **changes})
    assert response.url == url("step_contact", draft)
    assert Upload.objects.count() == 1
    assert fresh(draft).content["materials"] == [
        {"kind": "image", "upload": upload.pk, "alt": {"fi": "Vihreä suorakaide"}, "title": "", "url": ""}
    ]


def test_a_picture_needs_words_for_those_who_do_not_see_it(client, draft):
    response = send(client, url("step_effects", draft), **{"images-0-file": picture()})
    assert len(errors_of(response)) == 1
    assert soup(response).select_one("#id_images-0-alt")["aria-invalid"] == "true"
    assert fresh(draft).content["materials"][0]["upload"]
    assert "#materials" in soup(client.get(url("check", draft))).select_one(".error-summary a")["href"]


def test_a_file_that_is_not_what_it_says_is_refused_and_its_words_kept(client, draft):
    fake = SimpleUploadedFile("kuva.png", b"<svg onload=alert(1)>", "image/png")
    response = send(client, url("step_effects", draft), **{"images-0-file": fake, "images-0-alt": "Kuva"})
    assert errors_of(response)
    assert not Upload.objects.exists()
    assert fresh(draft).content["materials"][0]["alt"] == {"fi": "Kuva"}


def test_an_attachment_is_added_and_replaced(client, draft):
    address = url("step_effects", draft)
    text = SimpleUploadedFile("ohje.txt", b"Ohje", "text/plain")
    send(client, address, **{"files-0-file": text, "files-0-title": "Ohje", "then": "next"})
    other = SimpleUploadedFile("uusi.txt", b"Uusi", "text/plain")
    send(client, address, **{"files-0-file": other, "then": "next"})
    (row,) = fresh(draft).content["materials"]
    assert (Upload.objects.get(pk=row["upload"]).name, row["title"]) == ("uusi.txt", "Ohje")


def test_anothers_file_cannot_be_taken(client, draft):
    other = factories.draft()
    send_to = url("step_effects", other)
    thief = Client()
    thief.force_login(other.case.submitter)
    send(client, url("step_effects", draft), **{"images-0-file": picture(), "images-0-alt": "Kuva"})
    upload = Upload.objects.get()
    send(thief, send_to, **{"images-0-upload": str(upload.pk), "images-0-alt": "Kuva", "then": "next"})
    assert fresh(other).content["materials"][0]["upload"] is None


def test_files_of_a_case_are_limited(client, draft, monkeypatch):
    monkeypatch.setattr(rows, "MOST_FILES", 1)
    address = url("step_effects", draft)
    send(client, address, **{"images-0-file": picture(), "images-0-alt": "Kuva", "then": "next"})
    response = send(client, address, **{"images-1-file": picture(), "images-1-alt": "Toinen"})
    assert errors_of(response)
    assert Upload.objects.count() == 1


# Translations -----------------------------------------------------------------------


def test_a_translation_is_written_beside_the_original(client, draft):
    address = url("translation", draft, "sv")
    page = client.get(address)
    assert "Joka kolmas hakemus palautui." in text_of(page)
    assert soup(page).select_one("#id_title")["lang"] == "sv"
    response = send(client, address, title="Ansökan i ett samtal", summary="Kort")
    assert response.url == url("own_case", draft)
    content = fresh(draft).content
    assert content["texts"]["sv"]["title"] == "Ansökan i ett samtal"
    assert content["texts"]["fi"] == draft.content["texts"]["fi"]
    assert "Ansökan i ett samtal" in text_of(client.get(url("check", draft)))


def test_two_who_translate_at_once_see_each_others_text(client, draft):
    address = url("translation", draft, "sv")
    data = {**form_data(client.get(address)), "title": "Min"}
    send(client, address, title="Din")
    response = client.post(address, data)
    assert response.status_code == 409
    assert "Din" in text_of(response)
    assert soup(response).select_one("#id_title")["value"] == "Min"
    assert client.post(address, form_data(response)).status_code == 302
    assert fresh(draft).content["texts"]["sv"]["title"] == "Min"


def test_the_original_is_no_translation(client, draft):
    for language in ("fi", "de", "../sv"):
        assert client.get(f"/fi/own/{draft.case_id}/in-{language}/").status_code == 404


# Checking -----------------------------------------------------------------------------


def test_every_field_stands_among_the_answers_with_a_way_to_change_it(client, draft):
    for vocabulary in Vocabulary.values:
        factories.term(vocabulary, "yksi")
    page = soup(client.get(url("check", draft)))
    rows_shown = page.select(".answers dl > div")
    assert [row.dt.get_text(strip=True) for row in rows_shown] == [str(field.label) for field in FIELDS]
    for row in rows_shown:
        address, _hash, anchor = row.select_one(".facts-action a")["href"].partition("#")
        assert soup(client.get(address)).find(id=anchor), anchor


def test_what_is_missing_leads_to_its_field_and_cannot_be_submitted(client, teller):
    factories.complete_content()  # makes the terms
    send(client, reverse("cases:begin"), title="Kesken", owner="", then="next")
    revision = CaseRevision.objects.get()
    page = client.get(url("check", revision))
    links = soup(page).select(".error-summary a")
    assert links
    for link in links:
        address, _hash, anchor = link["href"].partition("#")
        assert soup(client.get(address)).find(id=anchor), anchor
    assert not soup(page).select("main form")
    response = client.post(url("check", revision), {"version": revision.version})
    assert response.status_code == 409
    assert title_of(response).startswith(("Virhe:", "Error:"))
    assert fresh(revision).state == CaseRevision.State.DRAFT


def test_an_organisation_that_the_register_lacks_is_said_so(client, draft):
    send(client, url("step_about", draft), owner="Aivan uusi virasto", then="next")
    assert "Aivan uusi virasto (" in text_of(client.get(url("check", draft)))


# Queries ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*(step.removeprefix("cases:") for step in STEPS), "check", "own_case"])
def test_pages_ask_the_database_a_few_times(client, teller, django_assert_max_num_queries, name):
    adoptions = [{"organisation": OrganisationFactory().pk, "mode": "copy"} for _number in range(5)]
    effect = {"kind": "other", "value": "1", "unit": "kpl", "established": "estimated"}
    revision = factories.draft(
        by=teller,
        adoptions=adoptions,
        evidence=[effect] * 5,
        partners=[row["organisation"] for row in adoptions],
    )
    with django_assert_max_num_queries(11):
        assert client.get(url(name, revision)).status_code == 200
