"""Editorial pages in a browser: from a new page to a reader; accessible, valid, within the window."""

import pytest
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import expect

from pages.editorial.reference import load_pages
from pages.models import Page
from tests.reviewing.test_in_browser import open_page

from . import factories

pytestmark = pytest.mark.browser

SAVE = "main form button[type=submit]"


@pytest.fixture
def page_with_all(transactional_db) -> Page:
    """A public page with a draft, a history and a former address, under another; and a withdrawn one."""
    top = factories.placed(factories.published("Ylin"), menu="header")
    body = "## Yksi\n\nTeksti.\n\n## Kaksi\n\n- [linkki](https://example.org/)\n\n## Kolme\n\nTeksti."
    page = factories.placed(factories.published("Oma", top, body=body), slugs={"fi": "uusi"}, menu="footer")
    factories.edited(page, "Luonnos")
    factories.withdrawn("Poissa")
    return page


def desk_paths(page: Page) -> dict[str, str]:
    def act(name: str) -> str:
        return reverse("admin:pages_page_act", args=[page.pk, name])

    return {
        "tree": reverse("admin:pages_page_changelist"),
        "waiting": reverse("admin:pages_page_changelist") + "?waiting",
        "page": reverse("admin:pages_page_change", args=[page.pk]),
        "edit": reverse("admin:pages_page_edit", args=[page.pk]),
        "add": reverse("admin:pages_page_add") + f"?parent={page.pk}",
        "publish": act("publish"),
        "place": act("place"),
        "withdraw": act("withdraw"),
        "restore, not possible": act("restore") + "?revision=1",
        "preview": reverse("admin:pages_page_preview", args=[page.pk]),
    }


def test_the_desk_is_accessible_valid_and_within_the_window(page_with_all, new_page, live_server, axe, nu):
    faults = {}
    for language, width, scheme in (("fi", 1280, "light"), ("sv", 320, "light"), ("en", 1280, "dark")):
        viewport = {"width": width, "height": 900}
        browser = open_page(new_page, live_server, factories.editor(), viewport=viewport, color_scheme=scheme)
        with override(language):
            for name, path in desk_paths(page_with_all).items():
                response = browser.goto(path)
                assert response.status == 200, name
                faults[language, name] = [*axe(browser), *nu(response.text())]
                assert browser.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
    assert {key: found for key, found in faults.items() if found} == {}


@pytest.mark.parametrize("java_script", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_page_is_written_previewed_published_and_read(
    transactional_db, new_page, live_server, language, java_script
):
    top = factories.placed(factories.published("Ylin"), menu="header")
    editor = open_page(new_page, live_server, factories.editor(), java_script_enabled=java_script)
    with override(language):
        editor.goto(reverse("admin:pages_page_change", args=[top.pk]))
        editor.click(f"a[href='{reverse('admin:pages_page_add')}?parent={top.pk}']")
        for code in ("fi", "sv", "en"):
            editor.fill(f"[name=title_{code}]", f"Uusi {code}")
            editor.fill(f"[name=lead_{code}]", f"Lyhyesti {code}")
            editor.fill(f"[name=body_{code}]", f"## Ensin\n\nTeksti {code}")
        editor.click(SAVE)
        page = Page.objects.get(parent=top)
        address = reverse("admin:pages_page_change", args=[page.pk])
        expect(editor).to_have_url(address)

        reader = new_page(java_script_enabled=java_script)
        public = f"/{language}/uusi-{language}/"
        assert reader.goto(public).status == 404

        editor.click(f"a[href='{reverse('admin:pages_page_preview', args=[page.pk])}']")
        expect(editor.locator("h1")).to_have_text(f"Uusi {language}")
        editor.goto(address)
        editor.click(f"a[href='{reverse('admin:pages_page_act', args=[page.pk, 'publish'])}']")
        editor.click(SAVE)

        editor.click(f"a[href='{reverse('admin:pages_page_act', args=[page.pk, 'place'])}']")
        editor.select_option("[name=menu]", "header")
        editor.click(SAVE)
        expect(editor).to_have_url(address)

        assert reader.goto(public).status == 200
        expect(reader.locator("h1")).to_have_text(f"Uusi {language}")
        assert reader.context.cookies() == []
        reader.click(".menu-pages > summary")
        reader.locator(".menu-pages-sheet a").first.click()
        expect(reader.locator("h1")).to_have_text(f"Ylin {language}")
        reader.locator(".editorial-branch a", has_text=f"Uusi {language}").click()
        expect(reader).to_have_url(public)


@pytest.mark.parametrize("width", [1440, 1280])
def test_the_header_keeps_to_one_row_with_all_pages(transactional_db, new_page, width):
    load_pages()
    page = new_page(viewport={"width": width, "height": 900})
    for language in ("fi", "sv", "en"):
        page.goto(f"/{language}/")
        heights = page.evaluate(
            "[...document.querySelectorAll('.wide-menu nav > ul > li, .wide-menu nav > .button')]"
            ".map((one) => one.getBoundingClientRect().top)"
        )
        assert max(heights) - min(heights) < 40, (language, heights)
        assert page.evaluate("document.querySelector('.wide-menu').offsetHeight") < 100, language
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_menu_of_pages_opens_by_the_keyboard(transactional_db, new_page):
    factories.placed(factories.published("Ylin"), menu="header")
    page = new_page(viewport={"width": 1280, "height": 900})
    page.goto("/fi/")
    page.focus(".menu-pages > summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Ylin fi"
    page.keyboard.press("Enter")
    page.wait_for_url("**/ylin-fi/")
