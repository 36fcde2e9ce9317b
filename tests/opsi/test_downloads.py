"""OPSI's form to take along: the same values in each format, for everybody, and of public cases alone."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse
from django.utils.translation import override
from docx import Document

from cases import actions
from cases.models import Case
from cases.opsi.form import form_of
from tests.cases import factories

from .cases import CONTACT, english, finnish

pytestmark = pytest.mark.django_db
FORMATS = ["cases:opsi_json", "cases:opsi_docx"]


def fetch(client, case, name, language="fi"):
    with override(language):
        return client.get(reverse(name, args=[case.pk]))


def test_json_holds_the_form(client):
    case = english(partnerships="x" * 501)
    answer = fetch(client, case, "cases:opsi_json")
    assert answer["Content-Type"] == "application/json"
    told = json.loads(answer.content)
    fields = [field for section in told["sections"] for field in section["fields"]]
    with override("en"):
        rows = form_of(Case.objects.get(pk=case.pk)).rows
    assert [field["key"] for field in fields] == [row.field.key for row in rows]
    assert [field["values"] for field in fields] == [list(row.values) for row in rows]
    assert [field["state"] for field in fields] == [row.state.value for row in rows]
    assert [field["characters_over"] for field in fields if field["characters_over"]] == [1]
    assert told["innovation"].endswith(f"/id/innovation/{case.pk}")


def test_document_holds_the_same_values_in_order(client):
    case = english()
    document = Document(BytesIO(fetch(client, case, "cases:opsi_docx").content))
    rows = form_of(Case.objects.get(pk=case.pk)).rows
    told: dict[str, list[str]] = {}
    for paragraph in document.paragraphs:
        if paragraph.style.name == "Heading 2":
            told[paragraph.text] = []
        elif paragraph.style.name == "Normal" and told:
            list(told.values())[-1].append(paragraph.text)
    assert list(told) == [row.field.label for row in rows]
    for row in rows:
        assert told[row.field.label] == row.text.splitlines(), row.field.key
    sections = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    assert sections == list(dict.fromkeys(row.field.section for row in rows))


def test_document_says_its_title_and_language(client):
    case = english()
    document = Document(BytesIO(fetch(client, case, "cases:opsi_docx").content))
    assert document.core_properties.title == "A permit application in one conversation"
    assert document.core_properties.language == "en-GB"
    assert 'w:val="en-GB"' in document.styles.element.xml
    assert document.paragraphs[0].style.name == "Title"


def test_document_survives_what_it_cannot_hold(client):
    case = english(title="Bell\x07", lessons="Form\x0cfeed \x1b[0m and <b>&amp;")
    document = Document(BytesIO(fetch(client, case, "cases:opsi_docx").content))
    assert "feed [0m and <b>&amp;" in [paragraph.text for paragraph in document.paragraphs]


@pytest.mark.parametrize("name", FORMATS)
def test_same_case_gives_the_same_bytes_in_every_language(client, name):
    case = english()
    answers = {fetch(client, case, name, language).content for language in ("fi", "sv", "en", "en")}
    assert len(answers) == 1


@pytest.mark.parametrize("name", FORMATS)
def test_contacts_are_in_no_byte(client, name):
    for case in (english(), finnish()):
        content = fetch(client, case, name).content
        if name == "cases:opsi_docx":
            with ZipFile(BytesIO(content)) as packed:
                content = b"".join(packed.read(part) for part in packed.namelist())
        for secret in (*CONTACT.values(), case.submitter.email, case.submitter.display_name or "-@-"):
            assert secret.encode() not in content


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_not_public_answers_as_its_page_does(client, name):
    draft = factories.draft().case
    assert fetch(client, draft, name).status_code == 404
    archived = english()
    actions.archive(archived, by=factories.moderator(), message="Ei.")
    assert fetch(client, archived, name).status_code == 410
    withdrawn = english()
    actions.withdraw(withdrawn, by=withdrawn.submitter)
    assert fetch(client, withdrawn, name).status_code == 410
    with override("fi"):
        assert client.get(reverse(name, args=[987654])).status_code == 404
        assert client.post(reverse(name, args=[archived.pk])).status_code == 405


@pytest.mark.parametrize("name", FORMATS)
def test_downloads_ask_a_few_queries_and_no_session(client, name, django_assert_max_num_queries):
    case = english()
    with django_assert_max_num_queries(5):
        answer = fetch(client, case, name)
    assert answer.status_code == 200
    assert not answer.cookies
    assert "attachment" in answer["Content-Disposition"]


def test_public_page_leads_to_both(client):
    case = english()
    with override("en"):
        html = client.get(Case.objects.get(pk=case.pk).get_absolute_url()).content.decode()
        for name in FORMATS:
            assert f'href="{reverse(name, args=[case.pk])}"' in html
