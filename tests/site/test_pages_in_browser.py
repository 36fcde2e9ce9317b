"""Pages as a browser shows them: accessible, valid, light."""

import gzip

import pytest
from django.urls import reverse

from tests import first_run

from .addresses import error_pages, reader_pages

MOST_BYTES = 100_000


@pytest.fixture
def example_site(transactional_db):
    first_run.load()


@pytest.mark.browser
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_pages_are_accessible_and_valid_in_each_language(language, example_site, new_page, axe, nu):
    page = new_page(viewport={"width": 1280, "height": 900})
    faults = {}
    for name, path in {**reader_pages(language), **error_pages(language)}.items():
        response = page.goto(path)
        faults[name] = [*axe(page), *nu(response.text())]
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "width"), [("dark", 1280), ("light", 320)])
def test_pages_are_accessible_in_the_dark_and_in_a_narrow_window(scheme, width, example_site, new_page, axe):
    page = new_page(viewport={"width": width, "height": 700}, color_scheme=scheme)
    faults = {}
    for name, path in {**reader_pages(), **error_pages()}.items():
        page.goto(path)
        faults[name] = axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.browser
def test_the_barometer_is_accessible_and_valid_before_its_first_edition(transactional_db, new_page, axe, nu):
    page = new_page(viewport={"width": 320, "height": 700})
    for name in ("barometer:overview", "barometer:questions", "pages:front"):
        response = page.goto(reverse(name))
        assert [*axe(page), *nu(response.text())] == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name


@pytest.mark.browser
def test_a_page_takes_at_most_ten_requests_and_a_hundred_kilobytes(example_site, new_page):
    """Compressed as the production server does it; pictures of an innovation are loaded when scrolled to."""
    for name, path in reader_pages().items():
        page = new_page(viewport={"width": 1280, "height": 800})
        answers: list = []
        page.on("response", lambda answer, answers=answers: answers.append(answer))
        page.goto(path)
        page.wait_for_load_state("networkidle")
        sizes = {}
        for answer in answers:
            body = answer.body()
            is_text = answer.headers.get("content-type", "").startswith(
                ("text/", "image/svg", "application/")
            )
            sizes[answer.url] = len(gzip.compress(body, 6)) if is_text else len(body)
        assert len(sizes) <= 10, (name, list(sizes))
        assert sum(sizes.values()) <= MOST_BYTES, (name, sizes)
        page.close()
