"""Where content editors keep pages: who opens it, what it shows, and what is typed there."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import translation

from accounts.permissions import BAROMETER_EDITORS, MODERATORS, NETWORK_COORDINATORS
from pages.admin.editorial import lately, waiting_for
from pages.models import Page
from tests.accounts.factories import StaffFactory
from tests.reviewing.pages import client_of, member_of

from . import factories
from .test_pages import queries_of

pytestmark = pytest.mark.django_db
SECRET = "Salainen luonnos"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def desk():
    return client_of(factories.editor())


def address(page: Page, name: str = "change", *more: object) -> str:
    return reverse(f"admin:pages_page_{name}", args=[page.pk, *more])


def act(page: Page, name: str) -> str:
    return address(page, "act", name)


def soup_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def typed(client, path: str) -> dict[str, str]:
    """What the form on the page would send."""
    form = soup_of(client.get(path)).select("main form")[-1]
    told = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
    told |= {field["name"]: field.text.removeprefix("\n") for field in form.select("textarea[name]")}
    for field in form.select("select[name]"):
        chosen = field.select_one("option[selected]") or field.option
        told[field["name"]] = chosen["value"]
    return told


def paths_of(page: Page) -> list[str]:
    acts = [act(page, name) for name in ("publish", "place", "discard", "withdraw", "restore")]
    return [
        reverse("admin:pages_page_changelist"),
        reverse("admin:pages_page_add"),
        address(page),
        address(page, "edit"),
        *acts,
    ]


def test_nobody_else_opens_it_or_learns_of_a_draft(client):
    page = factories.edited(factories.published(), SECRET)
    others = [member_of(group) for group in (MODERATORS, NETWORK_COORDINATORS, BAROMETER_EDITORS)]
    for other in [*others, StaffFactory()]:
        reader = client_of(other)
        for path in paths_of(page):
            for response in (reader.get(path), reader.post(path, {"seen_version": page.version})):
                assert response.status_code == 403, path
                assert SECRET not in response.content.decode()
        assert SECRET not in reader.get(reverse("admin:index")).content.decode()
        assert list(waiting_for(other)) == list(lately(other, 10)) == []
    for path in paths_of(page):
        assert client.get(path).status_code == 302, path
    assert Page.objects.get().version == page.version


def test_editors_open_all_of_it(desk):
    page = factories.edited(factories.published(), SECRET)
    for path in [*paths_of(page), reverse("admin:index"), act(page, "restore") + "?revision=1"]:
        response = desk.get(path)
        assert response.status_code == 200, path
    assert desk.get(act(page, "nothing")).status_code == 404
    assert desk.get(reverse("admin:pages_page_change", args=[page.pk + 99])).status_code == 404


def test_the_list_is_the_tree_with_what_waits(desk):
    top = factories.published("Ylin")
    factories.published("Alin", parent=factories.published("Keski", parent=top))
    factories.edited(factories.published("Toinen"), "Odottava")
    factories.draft("Uusi")
    rows = soup_of(desk.get(reverse("admin:pages_page_changelist"))).select(".page-tree tbody tr")
    assert [(row.th.text, row.th["class"][0][-1]) for row in rows] == [
        ("Ylin en", "0"),
        ("Keski en", "1"),
        ("Alin en", "2"),
        ("Toinen en", "0"),
        ("Uusi en", "0"),
    ]
    waiting = soup_of(desk.get(reverse("admin:pages_page_changelist") + "?waiting"))
    assert [row.th.text for row in waiting.select(".page-tree tbody tr")] == ["Toinen en", "Uusi en"]


def test_the_list_costs_the_same_however_many_pages(desk):
    for _ in range(3):
        factories.edited(factories.published())
    path = reverse("admin:pages_page_changelist")
    few = queries_of(desk, path)
    assert few <= 20
    for _ in range(5):
        factories.edited(factories.published(parent=Page.objects.first()))
    assert queries_of(desk, path) == few


def test_the_page_shows_what_the_draft_changes_in_each_language(desk):
    page = factories.published("Vanha")
    factories.edited(page, "Uusi")
    soup = soup_of(desk.get(address(page)))
    assert len(soup.select(".difference")) == 9  # title, lead and text, in three languages
    assert soup.select(".difference del")[0].text.endswith("Vanha")
    assert soup.select(".difference ins")[0].text.endswith("Uusi")
    confirm = soup_of(desk.get(act(page, "publish")))
    assert len(confirm.select(".difference")) == 9


def test_a_page_is_written_under_another_and_published(desk):
    top = factories.published("Ylin")
    path = reverse("admin:pages_page_add") + f"?parent={top.pk}"
    told = typed(desk, path)
    assert told["parent"] == str(top.pk)
    for language, text in factories.texts("Uusi").items():
        told |= {f"{name}_{language}": value for name, value in text.items()}
    page_url = desk.post(path, told)["Location"]
    page = Page.objects.get(parent=top)
    assert page_url == address(page)
    assert desk.get(f"/en/{'uusi-en'}/").status_code == 404
    desk.post(act(page, "publish"), typed(desk, act(page, "publish")))
    assert desk.get("/en/uusi-en/").status_code == 200
    assert [event.by for event in page.events.all()] == [factories.editor()] * 2


def test_a_language_is_told_with_title_and_lead_or_not_at_all(desk):
    page = factories.published()
    told = {**typed(desk, address(page, "edit")), "lead_sv": "", "body_fi": "Muutettu"}
    response = desk.post(address(page, "edit"), told)
    soup = soup_of(response)
    assert soup.title.text.startswith("Error:")
    assert [link["href"] for link in soup.select(".error-summary a")] == ["#id_lead_sv"]
    assert soup.find(id="id_body_fi").text.strip() == "Muutettu"
    assert Page.objects.get().draft is None


def test_a_draft_may_lack_languages(desk):
    path = reverse("admin:pages_page_add")
    told = {**typed(desk, path), "title_sv": "Bara svenska", "lead_sv": "Kort"}
    assert desk.post(path, told).status_code == 302
    page = Page.objects.get()
    assert [text.language for text in page.draft.texts.all()] == ["sv"]
    soup = soup_of(desk.get(address(page)))
    assert "Missing: title in Finnish" in soup.select_one(".acts").text
    assert desk.post(act(page, "publish"), {"seen_version": page.version}).status_code == 409


def test_the_slower_of_two_editors_keeps_what_they_typed(desk):
    page = factories.published("Alku")
    told = {**typed(desk, address(page, "edit")), "title_fi": "Hitaan otsikko"}
    factories.edited(page, "Nopean")
    response = desk.post(address(page, "edit"), told)
    assert response.status_code == 409
    soup = soup_of(response)
    assert soup.find(id="id_title_fi")["value"] == "Hitaan otsikko"
    assert "Nopean" in soup.select_one(".differences").text
    assert Page.objects.get().draft.text("fi").title == "Nopean fi"
    # Having seen what differs, they may go on.
    again = {**told, "seen_version": soup.select_one("input[name=seen_version]")["value"]}
    assert desk.post(address(page, "edit"), again).status_code == 302
    assert Page.objects.get().draft.text("fi").title == "Hitaan otsikko"


def test_what_was_not_seen_is_not_published(desk):
    page = factories.edited(factories.published("Alku"), "Nähty")
    told = typed(desk, act(page, "publish"))
    factories.edited(page, "Näkemätön")
    response = desk.post(act(page, "publish"), told)
    assert response.status_code == 409
    assert Page.objects.get().published_revision.text("fi").title == "Alku fi"
    # The page asks once more, now with what it is about.
    assert "Näkemätön" in soup_of(response).select_one(".differences").text


def test_a_page_is_withdrawn_with_a_reason(desk):
    page = factories.published()
    told = typed(desk, act(page, "withdraw"))
    response = desk.post(act(page, "withdraw"), told)
    assert soup_of(response).select(".error-summary")
    desk.post(act(page, "withdraw"), {**told, "message": "Vanhentunut"})
    assert Page.objects.get().state == "withdrawn"
    assert "Vanhentunut" in desk.get(address(page)).content.decode()


def test_a_page_is_placed_with_its_slugs(desk):
    top, page = factories.published("Ylin"), factories.published("Oma")
    path = act(page, "place")
    told = typed(desk, path)
    assert told["slug_fi"] == "oma-fi"
    changed = {**told, "parent": top.pk, "menu": "footer", "companion": "network", "slug_fi": "uusi"}
    assert desk.post(path, changed).status_code == 302
    page = Page.objects.get(pk=page.pk)
    assert (page.parent, page.menu, page.companion, page.slug("fi")) == (top, "footer", "network", "uusi")
    assert desk.get("/fi/oma-fi/")["Location"] == "/fi/uusi/"


@pytest.mark.parametrize(
    ("name", "value"), [("slug_fi", "verkosto"), ("slug_en", "ylin-en"), ("slug_sv", "å ä")]
)
def test_a_taken_or_wrong_slug_is_told_at_its_field(desk, name, value):
    factories.published("Ylin")
    page = factories.published("Oma")
    response = desk.post(act(page, "place"), {**typed(desk, act(page, "place")), name: value, "order": "33"})
    soup = soup_of(response)
    assert [link["href"] for link in soup.select(".error-summary a")] == [f"#id_{name}"]
    assert soup.find(id="id_order")["value"] == "33"
    assert Page.objects.get(pk=page.pk).version == page.version


def test_no_page_is_offered_a_place_under_itself(desk):
    top = factories.published("Ylin")
    below = factories.published("Alla", parent=top)
    other = factories.published("Muu")
    path = act(top, "place")
    options = soup_of(desk.get(path)).select("[name=parent] option")
    assert [option["value"] for option in options] == ["", str(other.pk)]
    response = desk.post(path, {**typed(desk, path), "parent": below.pk})
    assert soup_of(response).select(".error-summary")
    assert Page.objects.get(pk=top.pk).parent is None


def test_an_earlier_text_is_read_and_brought_back(desk):
    page = factories.published("Ensin")
    from pages.editorial import actions

    factories.edited(page, "Sitten")
    actions.publish(page, by=factories.editor(), seen_version=page.version)
    link = soup_of(desk.get(address(page))).select_one(f"a[href='{act(page, 'restore')}?revision=1']")
    path = link["href"]
    assert desk.post(path, typed(desk, path)).status_code == 302
    assert Page.objects.get().draft.text("fi").title == "Ensin fi"
    assert "?revision=" not in str(soup_of(desk.get(address(page))).select_one("main"))


def test_bringing_back_needs_a_revision_of_the_page(desk):
    page, other = factories.published(), factories.published()
    path = act(page, "restore") + "?revision=7"
    told = {**typed(desk, path), "revision": other.published_revision.pk}
    assert desk.post(path, told).status_code == 200
    assert Page.objects.get(pk=page.pk).draft is None


def test_the_start_page_counts_drafts_that_wait(desk):
    factories.published()
    [none] = waiting_for(factories.editor())
    assert none.is_done
    factories.edited(Page.objects.get(), "Odottava")
    [counter] = waiting_for(factories.editor())
    assert (counter.count, counter.url) == (1, reverse("admin:pages_page_changelist") + "?waiting")
    assert desk.get(counter.url).status_code == 200
    happened = list(lately(factories.editor(), 2))
    assert [str(one.act) for one in happened] == ["Draft saved", "Published"]
