"""The page about the API with everything unfolded, as a browser shows it."""

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import override


@pytest.mark.browser
def test_page_is_accessible_and_valid_when_everything_is_unfolded(transactional_db, new_page, axe, nu):
    call_command("load_reference_data", verbosity=0)
    call_command("load_examples", verbosity=0)
    call_command("load_barometer", verbosity=0)
    faults = {}
    for language, scheme, width in (("fi", "light", 1280), ("sv", "dark", 1280), ("en", "light", 320)):
        page = new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        with override(language):
            response = page.goto(reverse("api:docs"))
        assert response.ok
        page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
        faults[language] = [*axe(page), *nu(response.text())]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
    assert {language: found for language, found in faults.items() if found} == {}
