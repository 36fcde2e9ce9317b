"""The pages that come with the registry."""

import re

import pytest
from django.core.management import call_command
from django.urls import resolve
from django.utils.translation import override

from common.markdown import to_document
from pages.editorial import actions, reference
from pages.editorial.reference import load_pages
from pages.models import Page, PageAddress, PageEvent, PageText

from . import factories

pytestmark = pytest.mark.django_db
LANGUAGES = ("fi", "sv", "en")


def test_all_are_published_in_every_language():
    assert load_pages() == len(reference.tree())
    assert set(Page.objects.values_list("state", flat=True)) == {"published"}
    assert PageText.objects.count() == 3 * Page.objects.count()
    assert PageAddress.objects.count() == 3 * Page.objects.count()
    wanted = {(language, slug) for row in reference.tree() for language, slug in row["slugs"].items()}
    assert set(PageAddress.objects.values_list("language", "slug")) == wanted
    assert set(PageEvent.objects.values_list("by", flat=True)) == {None}


def test_a_second_run_changes_nothing():
    load_pages()
    before = list(Page.objects.order_by("pk").values()), PageEvent.objects.count()
    call_command("load_pages", verbosity=0)
    assert (list(Page.objects.order_by("pk").values()), PageEvent.objects.count()) == before


def test_what_staff_changed_stays():
    load_pages()
    page = factories.edited(Page.objects.get(key="about"), "Oma")
    actions.publish(page, by=factories.editor(), seen_version=page.version)
    gone = Page.objects.get(key="open-data")
    actions.withdraw(gone, by=factories.editor(), seen_version=gone.version, message="Ei vielä")
    moved = Page.objects.get(key="productivity")
    factories.placed(moved, parent=None, menu="none", slugs={"fi": "oma-osoite"})
    assert load_pages() == 0
    assert Page.objects.get(key="about").text.title == "Oma fi"
    assert Page.objects.get(key="open-data").state == "withdrawn"
    moved = Page.objects.get(key="productivity")
    assert (moved.parent, moved.menu, moved.slug("fi")) == (None, "none", "oma-osoite")


def test_what_staff_changed_stays_when_their_account_is_erased():
    load_pages()
    page = factories.placed(Page.objects.get(key="productivity"), companion="none")
    factories.editor().delete()
    load_pages()
    page.refresh_from_db()
    assert page.companion == "none"


def test_a_page_of_staff_keeps_the_address_that_the_data_wants():
    page = factories.placed(factories.published("Oma"), slugs={"fi": "tuottavuus"})
    load_pages()
    assert Page.objects.get(pk=page.pk).slug("fi") == "tuottavuus"
    assert Page.objects.get(key="productivity").slug("fi") == "tuottavuus-2"


def test_every_link_within_the_site_leads_somewhere_in_its_language(client):
    call_command("load_barometer", verbosity=0)
    load_pages()
    links = [
        (text.language, link)
        for text in PageText.objects.all()
        for link in re.findall(r"\]\((/[^)]*)\)", text.body)
    ]
    assert len(links) > 15
    for language, link in links:
        assert link.startswith(f"/{language}/"), link
        with override(language):
            assert resolve(link).view_name != "editorial:page"
        assert client.get(link).status_code == 200, link


def test_texts_are_alike_in_form_in_every_language():
    for row in reference.tree():
        told = reference.texts(row)
        shapes = {
            (
                tuple(heading.level for heading in to_document(told[language]["body"]).headings),
                told[language]["body"].count("\n- "),
                len(re.findall(r"\]\(", told[language]["body"])),
            )
            for language in LANGUAGES
        }
        assert len(shapes) == 1, (row["key"], shapes)


def test_names_of_principles_are_the_official_ones():
    call_command("load_terms", verbosity=0)
    from taxonomy.models import Term, Vocabulary

    told = reference.texts({"key": "declaration"})
    for term in Term.objects.of(Vocabulary.PRINCIPLE):
        for language in LANGUAGES:
            assert f"{term.code}. **{getattr(term, f'name_{language}')}**" in told[language]["body"]
