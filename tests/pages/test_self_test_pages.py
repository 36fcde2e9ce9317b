"""The test of one's own organisation as people meet it: form, result, link."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.translation import override

from barometer import kept_tests
from barometer.models import SelfTest, Survey
from cases.models import Case
from common.logs import RequestMiddleware

ANSWERS = {
    "innovation-type": ["services", "processes"],
    "novelty": "adapted",
    "initiator": ["manager"],
    "partners": ["companies"],
    "promotes": ["new-technology"],
    "hinders": ["limited-finances", "legislation"],
    "value": ["quality"],
    "technology-degree": "important-part",
    "core-task": "current",
    "evaluation": "no",
    "spread": "no",
}


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def words(response) -> str:
    """What a reader sees of the page."""
    main = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def result(client, **changes):
    return client.get(reverse("pages:self_test_result"), {**ANSWERS, **changes})


def secret_address(client: Client, **changes) -> str:
    response = client.post(reverse("pages:self_test_keep"), {**ANSWERS, **changes})
    assert response.status_code == 302
    return response["Location"]


# Form and result --------------------------------------------------------------


def test_the_form_asks_the_questions_of_the_test_and_leaves_nothing_behind(registry, client):
    response = client.get(reverse("pages:self_test"))
    page = response.content.decode()
    for name in ANSWERS:
        assert f'name="{name}"' in page, name
    # These follow from other answers.
    assert "current-or-future" not in page
    assert "municipal-and-regional-actors" not in page
    assert not response.cookies
    assert "csrfmiddlewaretoken" not in page
    assert "checked" not in page


def test_the_form_opens_with_the_answers_of_the_address(registry, client):
    page = client.get(reverse("pages:self_test"), {**ANSWERS, "nonsense": "x", "evaluation": "xx"}).content
    chosen = re.findall(r'name="([\w-]+)" value="([\w-]+)"[^>]* checked', page.decode())
    assert ("spread", "no") in chosen
    assert ("hinders", "legislation") in chosen
    assert len(chosen) == sum(len(value) if isinstance(value, list) else 1 for value in ANSWERS.values()) - 1


def test_the_result_tells_the_answers_in_words_and_what_helps(registry, client):
    response = result(client)
    page = words(response)
    assert "innovations of 2 kinds: service, process or way of organising work" in page
    assert "Hindered by: limited finances" in page
    assert "Cheapest is to take up what somebody else has made" in page
    assert "Not passed on to others" in page
    assert f'href="{reverse("cases:list")}?principle=4&amp;principle=5"' in response.content.decode()
    assert reverse("pages:factor", args=["limited-finances"]) in response.content.decode()
    assert not response.cookies
    assert not SelfTest.objects.exists()


def test_a_share_of_an_edition_stands_beside_the_own_answer(registry, client):
    page = words(result(client, edition=["fi-municipal-2022"]))
    assert re.search(r"Private companies Your answer 64\s?%", page)
    assert re.search(r"Universities and research – Not chosen 58\s?%", page)


def test_a_draft_edition_is_not_offered_even_to_who_asks_for_it(registry, client):
    Survey.objects.filter(key="fi-municipal-2022").update(state="draft")
    response = result(client, edition=["fi-municipal-2022"])
    assert "There is no edition “fi-municipal-2022”" in words(response)
    assert "64" not in words(response)


def test_a_weak_spot_without_a_tied_innovation_names_the_most_adopted_of_its_principles(registry, client):
    [spot] = client.get(
        reverse("pages:self_test_result"), {"innovation-type": "services", "spread": "no"}
    ).context["advice"]
    shown = Case.objects.public().filter(terms__vocabulary="principle", terms__code="5")
    assert [case.adopter_count for case in spot.cases] == sorted(
        shown.values_list("adopter_count", flat=True), reverse=True
    )[:3]
    assert set(spot.cases) <= set(shown)


def test_an_innovation_that_is_no_longer_public_is_not_named(registry, client):
    [spot] = client.get(
        reverse("pages:self_test_result"), {"innovation-type": "services", "hinders": "new-technology"}
    ).context["advice"]
    first, *others = spot.cases
    Case.objects.filter(pk=first.pk).update(state="withdrawn")
    [spot] = client.get(
        reverse("pages:self_test_result"), {"innovation-type": "services", "hinders": "new-technology"}
    ).context["advice"]
    assert spot.cases == others


def test_no_weak_spot_is_said_in_words(registry, client):
    response = client.get(reverse("pages:self_test_result"), {"innovation-type": "services"})
    assert "No weak spot" in words(response)


def test_without_an_innovation_the_result_is_about_what_is_under_way(registry, client):
    answers = {"innovation-type": "none", "ongoing-work": "yes", "spread": "no", "hinders": "lack-of-time"}
    page = words(client.get(reverse("pages:self_test_result"), answers))
    assert "but one is under way" in page
    assert "Nothing new in use yet" in page
    assert "Hindered by: lack of time" in page
    assert "Not passed on" not in page


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({}, "Answer the first question"),
        ({"innovation-type": "xx"}, "does not have: “xx”"),
        ({"innovation-type": ["none", "services"]}, "Choose either “None of these” or the other answers"),
        ({"innovation-type": "services", "novelty": "<b>"}, "does not have: “<b>”"),
        ({"innovation-type": "services", "hinders": "the moon"}, "a factor that there is not: “the moon”"),
        ({"innovation-type": "services", "edition": "xx"}, "There is no edition “xx”"),
        (
            {"innovation-type": "services", "initiator": ["employees", "manager", "citizens", "company"]},
            "Choose at most 3",
        ),
        ({"innovation-type": "services", "core-task": "current-or-future"}, "does not have"),
        ({"innovation-type": "\0"}, "does not have"),
    ],
)
@pytest.mark.parametrize("page", ["pages:self_test_result", "pages:self_test_keep"])
def test_a_wrong_address_is_explained_beside_the_questions(registry, client, page, answers, message):
    response = client.get(reverse(page), answers)
    assert response.status_code == 200
    assert message in words(response)
    assert "<b>" not in response.content.decode()
    assert "<title>Error:" in response.content.decode()
    # What was right stays chosen.
    if answers.get("innovation-type") == "services":
        assert re.search(r'value="services"[^>]* checked', response.content.decode())


def test_at_most_six_editions_are_compared_with(registry, client):
    keys = list(Survey.objects.public().values_list("key", flat=True))
    offered = [key for key in keys if f'value="{key}"' in result(client).content.decode()]
    assert "Choose at most 6 editions" in words(result(client, edition=offered[:7]))
    assert result(client, edition=offered[:6]).content.decode().count("<h3") > 5


def test_queries_do_not_grow_with_editions_answers_or_ties(registry, client):
    def queries(**answers) -> int:
        path = reverse("pages:self_test_result")
        client.get(path, answers)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path, answers).status_code == 200
        return len(captured)

    one = queries(**{"innovation-type": "services", "hinders": ["limited-finances"]})
    offered = [edition["survey"].key for edition in result(client).context["editions"]]
    factors = [factor.key for factor in client.get(reverse("pages:self_test")).context["form"].factors]
    many = queries(**{**ANSWERS, "hinders": factors, "edition": offered[:6]})
    assert one == many <= 8


# A link ---------------------------------------------------------------------


def test_before_anything_is_kept_the_page_tells_what_why_and_how_long(registry, client):
    page = words(client.get(reverse("pages:self_test_keep"), ANSWERS))
    for text in (
        "What is kept",
        "Limited finances",
        "Why",
        "For how long",
        "not the name of your organisation",
    ):
        assert text in page, text
    assert not SelfTest.objects.exists()


def test_a_kept_result_opens_at_a_secret_address_that_leaks_nowhere(registry, client):
    address = secret_address(client, edition=["fi-municipal-2022"])
    kept = SelfTest.objects.get()
    token = address.rstrip("/").rsplit("/", 1)[1]
    assert token not in f"{kept.token_hash}{kept.answers}{kept.editions}"
    assert set(vars(kept)) - {"_state"} == {
        "id",
        "token_hash",
        "answers",
        "editions",
        "created_at",
        "expires_at",
    }
    response = Client().get(address)
    assert "Hindered by: limited finances" in words(response)
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in response.content.decode()
    assert 'rel="canonical"' not in response.content.decode()
    assert not response.cookies


def test_the_secret_is_not_in_the_logs(registry, client):
    address = secret_address(client)
    asking = reverse("pages:self_test_delete", args=[address.rstrip("/").rsplit("/", 1)[1]])
    for path in (address, asking):
        request = client.get(path).wsgi_request
        request.resolver_match = resolve(path)
        line = RequestMiddleware.format_request(request)
        assert "[token]" in line
        assert address.rstrip("/").rsplit("/", 1)[1] not in line


def test_keeping_demands_a_token_of_the_form(registry):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("pages:self_test_keep"), ANSWERS).status_code == 403
    assert not SelfTest.objects.exists()


def test_wrong_answers_are_not_kept(registry, client):
    response = client.post(reverse("pages:self_test_keep"), {**ANSWERS, "spread": "xx"})
    assert "does not have: “xx”" in words(response)
    assert not SelfTest.objects.exists()


def test_more_answers_than_can_be_kept_are_refused_in_words(registry, client, monkeypatch):
    monkeypatch.setattr(kept_tests, "MOST_BYTES", 100)
    response = client.post(reverse("pages:self_test_keep"), ANSWERS)
    assert "more answers than can be kept" in words(response)
    assert not SelfTest.objects.exists()


def test_an_answer_that_the_address_repeats_counts_once(registry, client):
    secret_address(client, **{"innovation-type": ["services"] * 50, "edition": ["dk-4"] * 50})
    kept = SelfTest.objects.get()
    assert (kept.answers["innovation-type"], kept.editions) == (["services"], ["dk-4"])


def test_a_kept_result_is_deleted_after_asking(registry, client):
    address = secret_address(client)
    asking = reverse("pages:self_test_delete", args=[address.rstrip("/").rsplit("/", 1)[1]])
    assert asking in client.get(address).content.decode()
    assert client.get(asking).status_code == 200
    assert SelfTest.objects.exists()
    assert client.post(asking, follow=True).redirect_chain[0][0] == reverse("pages:self_test_deleted")
    assert not SelfTest.objects.exists()
    assert client.get(address).status_code == client.post(asking).status_code == 404


def test_an_address_that_is_unknown_or_whose_time_is_up_is_not_found(registry, client):
    assert client.get(reverse("pages:self_test_kept", args=["x" * 32])).status_code == 404
    address = secret_address(client)
    long_ago = timezone.now() - timedelta(days=366)
    SelfTest.objects.update(created_at=long_ago, expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(address).status_code == 404


def test_a_kept_result_outlives_changes_of_the_bank_and_the_editions(registry, client):
    address = secret_address(client, edition=["fi-municipal-2022"])
    SelfTest.objects.update(
        answers={"innovation-type": ["services"], "novelty": ["a former answer"], "hinders": ["gone"]}
    )
    Survey.objects.filter(key="fi-municipal-2022").update(state="withdrawn")
    page = words(client.get(address))
    assert "innovations of one kind: service" in page
    assert "former" not in page
    assert "municipalities 2022" not in page


def test_keeping_is_limited_for_each_network_address(registry, client, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "keep_self_test": "2/h/ip"}
    statuses = [client.post(reverse("pages:self_test_keep"), ANSWERS).status_code for _number in range(3)]
    assert statuses == [302, 302, 429]
    other = client.post(reverse("pages:self_test_keep"), ANSWERS, REMOTE_ADDR="192.0.2.7")
    assert other.status_code == 302
    assert SelfTest.objects.count() == 3
