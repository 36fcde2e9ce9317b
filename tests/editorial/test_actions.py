"""What may happen to an editorial page, and what may not."""

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from common.workflow import Refusal, TransitionRefused
from pages.editorial import actions, addresses, workflow
from pages.models import Page, PageAddress, PageEvent, PageRevision
from tests.accounts.factories import StaffFactory

from . import factories

pytestmark = pytest.mark.django_db


def acts_of(page: Page) -> list[str]:
    return list(page.events.order_by("pk").values_list("act", flat=True))


def test_a_page_is_begun_edited_and_published():
    page = factories.draft("Uusi")
    assert (page.state, page.draft.number, page.key) == ("draft", 1, "uusi-fi")
    actions.save(page, factories.texts("Parempi"), by=factories.editor(), seen_version=page.version)
    assert (page.draft.number, page.draft.version) == (1, 1)
    actions.publish(page, by=factories.editor(), seen_version=page.version)
    assert page.draft is None
    assert page.published_revision.text("sv").title == "Parempi sv"
    assert {language: page.slug(language) for language in ("fi", "sv", "en")} == {
        "fi": "parempi-fi",
        "sv": "parempi-sv",
        "en": "parempi-en",
    }
    assert acts_of(page) == ["begin", "edit", "publish"]
    assert set(page.events.values_list("by", flat=True)) == {factories.editor().pk}


def test_editing_a_public_page_leaves_what_is_public():
    page = factories.edited(factories.published("Julkinen"))
    assert page.published_revision.text("fi").title == "Julkinen fi"
    assert page.draft.text("fi").title == "Salainen fi"
    changed = page.changed_at
    actions.publish(page, by=factories.editor(), seen_version=page.version)
    assert page.published_revision.number == 2
    assert page.changed_at > changed
    assert page.slug("fi") == "julkinen-fi", "an address does not change with the title"
    assert page.revisions.filter(state=PageRevision.State.PUBLISHED).count() == 2


@pytest.mark.parametrize("name", ["title", "lead", "body"])
def test_a_page_is_published_only_when_it_is_told_in_every_language(name):
    told = factories.texts("Vaillinainen")
    if name == "body":
        told["sv"]["body"] = ""
    else:
        del told["sv"]
    page = actions.begin(told, by=factories.editor())
    with override("en"), pytest.raises(TransitionRefused) as refused:
        actions.publish(page, by=factories.editor(), seen_version=page.version)
    assert refused.value.decision.refusal is Refusal.BLOCKED
    assert "in Swedish" in str(refused.value)
    assert "in English" not in str(refused.value)
    assert Page.objects.get().state == Page.State.DRAFT


def test_nothing_is_published_without_a_draft():
    page = factories.published()
    with pytest.raises(TransitionRefused):
        actions.publish(page, by=factories.editor(), seen_version=page.version)
    with pytest.raises(TransitionRefused):
        actions.publish(page, by=None, seen_version=page.version)


def test_a_page_is_withdrawn_with_a_reason_and_published_again():
    page = factories.published()
    for message in ("", "  "):
        with pytest.raises(TransitionRefused):
            actions.withdraw(page, by=factories.editor(), seen_version=page.version, message=message)
    actions.withdraw(page, by=factories.editor(), seen_version=page.version, message="Vanhentunut")
    assert Page.objects.get().state == Page.State.WITHDRAWN
    assert page.events.first().message == "Vanhentunut"
    with pytest.raises(TransitionRefused) as refused:
        actions.withdraw(page, by=factories.editor(), seen_version=page.version, message="Taas")
    assert refused.value.decision.refusal is Refusal.WRONG_STATE
    actions.restore(page, page.published_revision, by=factories.editor(), seen_version=page.version)
    actions.publish(page, by=factories.editor(), seen_version=page.version)
    assert Page.objects.get().state == Page.State.PUBLISHED


def test_an_earlier_text_comes_back_as_a_draft():
    page = factories.edited(factories.published("Ensin"), "Sitten")
    first = page.published_revision
    with pytest.raises(TransitionRefused):  # it would overwrite the draft
        actions.restore(page, first, by=factories.editor(), seen_version=page.version)
    actions.publish(page, by=factories.editor(), seen_version=page.version)
    actions.restore(page, first, by=factories.editor(), seen_version=page.version)
    assert page.draft.number == 3
    assert page.draft.text("en").title == "Ensin en"
    assert page.published_revision.text("en").title == "Sitten en"


def test_a_revision_of_another_page_does_not_come_back():
    page, other = factories.published(), factories.published()
    with pytest.raises(PageRevision.DoesNotExist):
        actions.restore(page, other.published_revision, by=factories.editor(), seen_version=page.version)


def test_a_discarded_draft_stays_in_the_history():
    page = factories.edited(factories.published("Julkinen"))
    number = page.draft.number
    actions.discard(page, by=factories.editor(), seen_version=page.version)
    assert page.draft is None
    assert page.revisions.get(number=number).text("fi").title == "Salainen fi"
    with pytest.raises(TransitionRefused):
        actions.discard(page, by=factories.editor(), seen_version=page.version)


@pytest.mark.parametrize("name", ["begin", "save", "publish", "withdraw", "restore", "discard", "place"])
def test_others_do_nothing(name):
    page = factories.edited(factories.published())
    told = {"by": StaffFactory(), "seen_version": page.version}
    calls = {
        "begin": lambda: actions.begin(factories.texts(), by=told["by"]),
        "save": lambda: actions.save(page, factories.texts(), **told),
        "publish": lambda: actions.publish(page, **told),
        "withdraw": lambda: actions.withdraw(page, message="Ei", **told),
        "restore": lambda: actions.restore(page, page.published_revision, **told),
        "discard": lambda: actions.discard(page, **told),
        "place": lambda: actions.place(
            page, parent=None, order=1, menu="header", companion="none", slugs={}, **told
        ),
    }
    before = PageEvent.objects.count(), page.version
    with pytest.raises(TransitionRefused) as refused:
        calls[name]()
    assert refused.value.decision.refusal is Refusal.NOT_PERMITTED
    assert (PageEvent.objects.count(), Page.objects.get(pk=page.pk).version) == before


@pytest.mark.parametrize("name", ["save", "publish", "withdraw", "restore", "discard", "place"])
def test_who_read_an_older_version_changes_nothing(name):
    page = factories.published()
    if name != "restore":
        factories.edited(page, "Toisen")
    stale, by = page.version, factories.editor("slower@example.org")
    factories.placed(page, order=7)
    calls = {
        "save": lambda: actions.save(page, factories.texts("Hitaan"), by=by, seen_version=stale),
        "publish": lambda: actions.publish(page, by=by, seen_version=stale),
        "withdraw": lambda: actions.withdraw(page, by=by, seen_version=stale, message="Ei"),
        "restore": lambda: actions.restore(page, page.published_revision, by=by, seen_version=stale),
        "discard": lambda: actions.discard(page, by=by, seen_version=stale),
        "place": lambda: actions.place(
            page, by=by, seen_version=stale, parent=None, order=1, menu="none", companion="none", slugs={}
        ),
    }
    before = PageEvent.objects.count()
    with pytest.raises(TransitionRefused) as refused:
        calls[name]()
    assert refused.value.decision.refusal is Refusal.WRONG_STATE
    assert PageEvent.objects.count() == before
    stored = Page.objects.get(pk=page.pk)
    assert (stored.state, stored.order) == ("published", 7)
    assert stored.draft is None or stored.draft.text("fi").title == "Toisen fi"


# The tree ---------------------------------------------------------------------


def test_a_page_is_never_under_itself():
    top = factories.published()
    middle = factories.published(parent=top)
    bottom = factories.published(parent=middle)
    for parent in (top, middle, bottom):
        with pytest.raises(TransitionRefused):
            factories.placed(Page.objects.get(pk=top.pk), parent=parent)
    factories.placed(bottom, parent=top)
    factories.placed(Page.objects.get(pk=middle.pk), parent=bottom)
    assert Page.objects.get(pk=middle.pk).parent == bottom


def test_the_database_refuses_a_page_under_itself():
    page = factories.published()
    with pytest.raises(IntegrityError), transaction.atomic():
        Page.objects.filter(pk=page.pk).update(parent=page)


def test_a_new_page_comes_last_under_its_parent():
    top = factories.published()
    orders = [factories.draft(parent=top).order for _ in range(3)]
    assert orders == sorted(orders)
    assert len(set(orders)) == 3


# Addresses --------------------------------------------------------------------


def test_a_changed_slug_stays_as_a_former_address():
    page = factories.published("Vanha")
    factories.placed(page, slugs={"fi": "uusi-osoite", "sv": "", "en": "vanha-en"})
    assert page.slug("fi") == "uusi-osoite"
    assert page.slug("sv") == "vanha-sv"
    former = PageAddress.objects.get(is_current=False)
    assert (former.slug, former.page) == ("vanha-fi", page)
    factories.placed(page, slugs={"fi": "vanha-fi"})
    assert page.slug("fi") == "vanha-fi"
    assert set(PageAddress.objects.filter(is_current=False).values_list("slug", flat=True)) == {"uusi-osoite"}


def test_a_slug_that_nobody_has_seen_is_forgotten():
    page = factories.draft("Luonnos")
    factories.placed(page, slugs={"fi": "eka"})
    factories.placed(page, slugs={"fi": "toka"})
    assert list(PageAddress.objects.values_list("slug", flat=True)) == ["toka"]
    actions.publish(page, by=factories.editor(), seen_version=page.version)
    assert page.slug("fi") == "toka"
    assert page.slug("sv") == "luonnos-sv"


@pytest.mark.parametrize("slug", ["innovaatiot", "verkosto", "barometri", "hallinta", "kerro"])
def test_no_page_takes_what_the_site_has(slug):
    page = factories.published()
    before = page.slug("fi")
    with pytest.raises(TransitionRefused):
        factories.placed(page, slugs={"fi": slug})
    assert Page.objects.get().slug("fi") == before
    # The same word is free where it means nothing.
    assert addresses.is_free(slug, "en", page)


def test_no_page_takes_what_another_has_or_had():
    other = factories.published("Toinen")
    factories.placed(other, slugs={"fi": "toinen-uusi"})
    page = factories.published("Oma")
    for slug in ("toinen-fi", "toinen-uusi"):
        with pytest.raises(TransitionRefused):
            factories.placed(Page.objects.get(pk=page.pk), slugs={"fi": slug})


def test_a_title_that_is_taken_gives_a_numbered_slug():
    pages = [factories.published("Sama") for _ in range(3)]
    assert [page.slug("fi") for page in pages] == ["sama-fi", "sama-fi-2", "sama-fi-3"]
    assert [page.key for page in pages] == ["sama-fi", "sama-fi-2", "sama-fi-3"]


def test_a_title_that_the_site_has_gives_another_slug():
    told = factories.texts()
    told["fi"]["title"] = "Barometri"
    page = actions.begin(told, by=factories.editor())
    actions.publish(page, by=factories.editor(), seen_version=page.version)
    assert page.slug("fi") == "barometri-2"


def test_a_title_without_letters_asks_for_an_address():
    told = factories.texts()
    told["fi"]["title"] = "?!"
    page = actions.begin(told, by=factories.editor())
    with pytest.raises(TransitionRefused):
        actions.publish(page, by=factories.editor(), seen_version=page.version)
    page = Page.objects.get()
    factories.placed(page, slugs={"fi": "kysymys"})
    actions.publish(page, by=factories.editor(), seen_version=page.version)
    assert page.slug("fi") == "kysymys"


def test_every_act_has_its_words():
    for act in ("begin", "edit", "place", "restore", "discard", "publish", "withdraw"):
        assert workflow.act_label(act) != act
