"""The page that lists open data, and the one that tells what the columns mean."""

import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import override

from pages.editorial import actions, reference
from pages.editorial.reference import load_pages
from pages.models import Page
from pages.open_data.datasets import DATASETS
from pages.open_data.dictionary import COLUMNS, DICTIONARY
from tests.accounts.factories import OrganisationFactory
from tests.cases import factories
from tests.editorial import factories as pages

pytestmark = pytest.mark.django_db
LANGUAGES = ["fi", "sv", "en"]


def listing(client, language="en"):
    load_pages()
    with override(language):
        path = Page.objects.get(key="open-data").get_absolute_url()
    return client.get(path).content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_is_linked_and_there(client, language):
    factories.published()
    html = listing(client, language)
    with override(language):
        paths = [one.path for dataset in DATASETS for one in dataset.distributions]
        dictionary = reverse("pages:data_dictionary")
    assert len(paths) > 20
    for path in paths:
        assert f'href="{path}"' in html
        answer = client.get(path)
        assert answer.status_code == 200
        assert len(answer.getvalue()) == int(answer["Content-Length"])
    assert f'href="{dictionary}"' in html


def test_rows_are_counted_as_they_are_now(client):
    for _number in range(3):
        factories.published(partners=[OrganisationFactory().pk])
    factories.draft()
    text = re.sub(r"\s+", " ", strip_tags(listing(client)))
    assert "in one language. 3 Innovations" in text
    assert "adopted a published innovation. 6 Organisations" in text


def test_queries_do_not_grow_with_what_there_is(client, django_assert_num_queries):
    def queries():
        client.get(path)
        with CaptureQueriesContext(connection) as caught:
            client.get(path)
        return len(caught)

    load_pages()
    with override("en"):
        path = Page.objects.get(key="open-data").get_absolute_url()
    factories.published()
    before = queries()
    for _number in range(3):
        factories.published(partners=[OrganisationFactory().pk])
    assert queries() == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dictionary_tells_of_every_column(client, language):
    with override(language):
        html = client.get(reverse("pages:data_dictionary")).content.decode()
        for dataset in DATASETS:
            for table in dataset.tables:
                assert f'id="{table.key}"' in html
                for column in table.columns:
                    assert f"<code>{column.code}</code>" in html
                    for code in column.choices.values if column.choices else ():
                        assert code in html


def test_the_dictionary_is_given_as_files_too(client):
    with override("en"):
        for one in DICTIONARY.distributions:
            assert client.get(one.path).content
    assert COLUMNS.count() == sum(1 for _row in COLUMNS.everything())


def test_the_dictionary_stands_under_open_data_while_that_is_public(client):
    load_pages()
    page = Page.objects.get(key="open-data")
    with override("en"):
        path = reverse("pages:data_dictionary")
        address = f'href="{page.get_absolute_url()}"'
        assert address in client.get(path).content.decode()
        actions.withdraw(page, by=pages.editor(), seen_version=page.version, message="x")
        assert address not in client.get(path).content.decode()


# Installations that have the page already -------------------------------------


def as_before():
    """The page as an earlier version of the data made it."""
    load_pages()
    page = Page.objects.get(key="open-data")
    texts = {language: {**told, "body": "Vanha."} for language, told in told_now().items()}
    actions.save(page, texts, by=None, seen_version=page.version)
    actions.publish(page, by=None, seen_version=page.version)
    placed(page, None, "none")
    Page.objects.filter(key="open-data").update(loaded_version=F("version"))
    return Page.objects.get(key="open-data")


def told_now():
    return reference.texts(next(row for row in reference.tree() if row["key"] == "open-data"))


def placed(page, by, companion):
    actions.place(
        page,
        by=by,
        seen_version=page.version,
        parent=page.parent,
        order=page.order,
        menu=page.menu,
        companion=companion,
        slugs={},
    )


def test_a_page_that_nobody_has_acted_on_gets_what_is_new():
    page = as_before()
    place = page.parent_id, page.order, page.menu, page.slug("fi")
    assert load_pages() == 1
    page = Page.objects.get(key="open-data")
    assert page.companion == "open_data"
    assert page.published_revision.text("en").body == told_now()["en"]["body"]
    assert (page.parent_id, page.order, page.menu, page.slug("fi")) == place
    assert load_pages() == 0


def test_a_page_that_staff_placed_stays_as_they_left_it():
    page = as_before()
    placed(page, pages.editor(), "contacts")
    assert load_pages() == 0
    page = Page.objects.get(key="open-data")
    assert page.companion == "contacts"
    assert page.published_revision.text("en").body == "Vanha."


def test_a_page_that_staff_are_writing_stays_as_it_is():
    page = pages.edited(as_before(), "Oma")
    assert load_pages() == 0
    assert Page.objects.get(key="open-data").companion == "none"
    assert page.draft


def test_set_up_may_be_repeated():
    as_before()
    call_command("load_pages", verbosity=0)
    call_command("load_pages", verbosity=0)
    assert Page.objects.get(key="open-data").companion == "open_data"
