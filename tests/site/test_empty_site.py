"""The registry on the day before its first innovation."""

from django.core.management import call_command


def test_the_site_works_before_there_is_any_case(client, db):
    call_command("load_reference_data", verbosity=0)
    for path in ("/fi/", "/sv/innovationer/", "/en/principles/", "/fi/organisaatiot/"):
        assert client.get(path).status_code == 200, path
