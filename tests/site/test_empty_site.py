"""The registry on the day before its first innovation, and before its first barometer."""

from django.core.management import call_command
from django.urls import reverse


def test_the_site_works_before_there_is_any_case(client, db):
    call_command("load_reference_data", verbosity=0)
    for path in ("/fi/", "/sv/innovationer/", "/en/principles/", "/fi/organisaatiot/"):
        assert client.get(path).status_code == 200, path


def test_the_barometer_says_that_it_has_nothing_to_show_yet(client, db):
    for name in ("barometer:overview", "barometer:questions"):
        response = client.get(reverse(name))
        assert response.status_code == 200
        assert "empty-state" in response.content.decode(), name
