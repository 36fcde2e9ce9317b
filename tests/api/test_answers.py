"""What the API answers, to whom it lets itself be read, and what it never tells."""

import gzip
import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from barometer import actions as barometer_actions
from cases import actions, exports, public_index
from cases.facets import FACETS
from cases.models import Case
from pages.api import views
from tests.accounts.factories import OrganisationFactory
from tests.barometer import factories as barometer
from tests.cases.factories import draft, moderator, submitted
from tests.finding.cases import publish, tagged, titled

pytestmark = pytest.mark.django_db

LIST = "/api/v1/innovations"
BASE = settings.BASE_URL
EVIDENCE = {
    "kind": "hours_saved",
    "value": "1900",
    "unit": "h",
    "established": "measured",
    "source": "Oma mittaus",
}


def told(client: Client, address: str, status: int = 200, **headers: str) -> dict[str, Any]:
    answer = client.get(address, headers=headers)
    assert answer.status_code == status, answer.content
    kind = "application/json" if status == 200 else "application/problem+json"
    assert answer["Content-Type"] == kind
    return answer.json()


def titles(page: dict[str, Any]) -> list[str]:
    return [row["title"] for row in page["results"]]


def page_titles(client: Client, query: str) -> list[str]:
    """What the list for people shows, page after page."""
    with override("fi"):
        address = reverse("cases:list")
    found: list[str] = []
    number = 1
    while True:
        html = BeautifulSoup(client.get(f"{address}?{query}&page={number}").content, "html.parser")
        found += [title.get_text().strip() for title in html.select(".results h3")]
        if not html.select_one('a[rel="next"]'):
            return found
        number += 1


# Innovations ------------------------------------------------------------------


def test_list_gives_the_columns_of_the_innovations_table(client):
    (case,) = publish({**titled("Kokeilu"), "evidence": [EVIDENCE]})

    page = told(client, LIST)

    assert page["total"] == 1
    assert page["next"] is None
    (row,) = page["results"]
    assert list(row) == ["self", *exports.INNOVATIONS.header]
    with override("fi"):
        whole = exports.whole_record(exports.whole_cases().get(pk=case.pk))
    assert row == {"self": row["self"], **{code: whole[code] for code in exports.INNOVATIONS.header}}


def test_detail_gives_everything_that_belongs_to_it(client):
    (case,) = publish({**titled("Kokeilu"), "evidence": [EVIDENCE]})

    record = told(client, f"{LIST}/{case.pk}")

    with override("fi"):
        whole = exports.whole_record(exports.whole_cases().get(pk=case.pk))
    assert list(record) == [
        "self",
        *exports.INNOVATIONS.header,
        "texts",
        "evidence",
        "adoptions",
        "materials",
    ]
    assert record == {"self": record["self"], **whole}
    assert record["evidence"][0]["value"] == 1900
    assert told(client, record["self"].removeprefix(BASE)) == record


def test_fields_choose_what_comes_in_list_and_detail(client):
    (case,) = publish({**titled("Kokeilu"), "evidence": [EVIDENCE]})

    (row,) = told(client, f"{LIST}?fields=title,evidence,id")["results"]

    assert list(row) == ["id", "title", "evidence"]
    assert told(client, f"{LIST}/{case.pk}?fields=title") == {"title": "Kokeilu"}


def test_unknown_field_is_a_problem_that_lists_those_there_are(client):
    publish({})

    problem = told(client, f"{LIST}?fields=title,contact", 400)

    assert (problem["parameter"], problem["value"]) == ("fields", "contact")
    assert {"self", "title", "texts", "evidence", "adoptions", "materials"} <= set(problem["allowed"])


def test_texts_and_labels_are_in_the_language_asked_for(client):
    publish(
        {"texts": {"fi": {"title": "Kokeilu"}, "sv": {"title": "Försök"}, "en": {"title": "Trial"}}},
        titled("Vain suomeksi"),
    )

    def of(query: str = "", **headers: str) -> tuple[list[str], str, str]:
        answer = client.get(f"{LIST}?fields=title,life_cycle_label{query}", headers=headers)
        rows = answer.json()["results"]
        assert "Accept-Language" in answer["Vary"]
        return [row["title"] for row in rows], rows[0]["life_cycle_label"], answer["Content-Language"]

    finnish = (["Vain suomeksi", "Kokeilu"], "Käytössä", "fi")
    assert of() == finnish
    assert of("&lang=sv") == (["Vain suomeksi", "Försök"], "I bruk", "sv")
    assert of(accept_language="en-GB,en;q=0.9,fi;q=0.8") == (["Vain suomeksi", "Trial"], "In use", "en")
    assert of("&lang=sv", accept_language="en")[2] == "sv"
    assert of(accept_language="sv;q=0")[2] == "fi"
    # Caches in between do not tell answers apart by cookies.
    assert of(cookie="django_language=sv")[2] == "fi"
    assert of(accept_language="de, *;q=0.5") == finnish


def filtered() -> None:
    """Cases of which every facet tells some apart."""
    owner = OrganisationFactory(name_fi="Omistava", kind="municipality")
    chosen = tagged(
        principle=["3"],
        theme=["10"],
        kind=["process"],
        region=["01"],
        technology=["chatbots"],
        tag=["jonot"],
        sdg=["9"],
        opsi_facet=["mission"],
    )
    publish(
        {
            **titled("Yksi verkosto"),
            **chosen,
            "owner": owner.pk,
            "life_cycle": "pilot",
            "level_of_government": "national",
            "novelty": "first",
            "phase": "evaluation",
            "started_year": 2019,
            "evidence": [EVIDENCE],
        },
        {**titled("Kaksi verkosto", language="sv"), "country": "SE", "started_year": 2021},
        {**titled("Kolme"), **tagged(principle=["3"]), "started_year": None},
    )
    (case,) = publish(titled("Neljä verkosto"))
    Case.objects.filter(pk=case.pk).update(is_example=True, adopter_count=3)
    actions.public_changed()


@pytest.mark.parametrize("sort", ["", "newest", "adopted", "started", "relevance"])
@pytest.mark.parametrize("words", ["", "verkosto"])
def test_every_filter_gives_what_the_page_of_the_list_gives(client, words, sort):
    filtered()
    index = public_index.current()
    base = f"q={words}&sort={sort}" if sort else f"q={words}"
    told_apart = 0
    for facet in FACETS:
        for value in index.options(facet):
            query = f"{base}&{facet.name}={value}"
            shown = page_titles(client, query)
            assert titles(told(client, f"{LIST}?{query}")) == shown, query
            told_apart += len(shown) < 4
    both = f"{base}&principle=3&principle=untagged&country=FI"
    assert titles(told(client, f"{LIST}?{both}")) == page_titles(client, both)
    assert told_apart > len(FACETS)


@pytest.mark.parametrize(
    ("query", "name", "value"),
    [
        ("theme=99", "theme", "99"),
        ("country=XX", "country", "XX"),
        ("country=FI&country=FIN", "country", "FIN"),
        ("started=20", "started", "20"),
        ("organisation=999999", "organisation", "999999"),
        ("organisation=abc", "organisation", "abc"),
        ("sort=cheapest", "sort", "cheapest"),
        ("lang=de", "lang", "de"),
        ("limit=0", "limit", "0"),
        ("limit=101", "limit", "101"),
        ("limit=5&limit=6", "limit", "6"),
        ("principle=", "principle", ""),
        (f"q={'a' * 201}", "q", "a" * 201),
    ],
)
def test_value_that_cannot_be_is_a_problem_that_names_it(client, query, name, value):
    problem = told(client, f"{LIST}?{query}", 400)

    assert (problem["parameter"], problem["value"]) == (name, value)
    assert problem["type"].endswith("#problem-invalid-parameter")


def test_unknown_parameter_is_a_problem_that_lists_those_there_are(client):
    problem = told(client, f"{LIST}?page=2", 400)

    assert problem["parameter"] == "page"
    assert problem["allowed"] == [
        "q",
        *(facet.name for facet in FACETS),
        "sort",
        "fields",
        "lang",
        "limit",
        "cursor",
    ]


# What is not public -----------------------------------------------------------


def test_what_is_not_public_is_nowhere(client):
    secret = OrganisationFactory(name_fi="Salainen virasto")
    (withdrawn,) = publish({**titled("Poistettu"), "owner": secret.pk})
    hidden = [
        draft(owner=secret.pk).case,
        submitted(owner=secret.pk).case,
        withdrawn,
    ]
    actions.archive(withdrawn, by=moderator(), message="Ei enää käytössä")

    assert told(client, LIST) == {"total": 0, "next": None, "results": []}
    for case in hidden:
        status = 410 if case == withdrawn else 404
        for fields in ("", "?fields=self", "?fields=texts"):
            told(client, f"{LIST}/{case.pk}{fields}", status)
    assert told(client, f"{LIST}?organisation={secret.pk}")["total"] == 0
    assert told(client, "/api/v1/organisations")["total"] == 0
    told(client, f"/api/v1/organisations/{secret.pk}", 404)


def test_contacts_are_in_no_answer(client):
    publish({"contact": {"role": "Kirjaamo", "email": "salainen@example.org"}})

    for address in (LIST, f"{LIST}/{Case.objects.get().pk}", "/api/v1/organisations"):
        assert "salainen@example.org" not in client.get(address).content.decode()


def test_only_public_figures_are_told_and_those_suppressed_without_numbers(client):
    public = barometer.survey("public")
    asked, rare = (barometer.asked(public, barometer.question(key)) for key in ("often", "rare"))
    yes, few = (barometer.option(of.question, code) for of, code in ((asked, "yes"), (rare, "few")))
    figures = [
        barometer.figure(asked, yes, "45.12", precision="exact"),
        barometer.figure(rare, few, "12", 3, precision="exact"),
    ]
    barometer_actions.enter_figures(public, figures, by=None)
    barometer_actions.publish(public, by=None)
    hidden = barometer.survey("hidden")
    barometer_actions.enter_figures(
        hidden,
        [barometer.figure(barometer.asked(hidden, asked.question), asked.question.options.first(), "99")],
        by=None,
    )

    rows = told(client, "/api/v1/barometer/figures")["results"]

    assert {row["survey"] for row in rows} == {"public"}
    by_option = {row["option"]: row for row in rows}
    assert by_option["yes"]["share"] == 45.12
    assert by_option["few"]["suppression"] == "small"
    assert {by_option["few"][name] for name in ("share", "base", "low", "high", "words")} == {None}
    assert [row["survey"] for row in told(client, "/api/v1/barometer/editions")["results"]] == ["public"]
    assert told(client, "/api/v1/barometer/questions")["results"][0]["surveys"] == ["public"]
    told(client, "/api/v1/barometer/figures?survey=hidden", 400)
    assert told(client, "/api/v1/barometer/figures?survey=public")["total"] == 2


# Problems ---------------------------------------------------------------------

TITLES = {
    404: {"fi": "Tässä osoitteessa ei ole mitään", "sv": "Det finns inget på den här adressen"},
    405: {"fi": "Rajapinta vain lukee", "sv": "Gränssnittet kan bara läsas"},
    406: {"fi": "Vastaukset ovat vain JSONia", "sv": "Svaren är bara JSON"},
}


@pytest.mark.parametrize("language", ["fi", "sv"])
@pytest.mark.parametrize(
    ("status", "method", "address", "headers"),
    [
        (404, "get", "/api/v1/innovations/1", {}),
        (404, "get", "/api/v1/innovations/999999999999999999999999", {}),
        (404, "get", "/api/v1/unknown", {}),
        (404, "get", "/api/v1/two%0Alines", {}),
        (404, "get", "/api/v2/innovations?x=1", {}),
        (404, "post", "/api/v2", {}),
        (405, "post", LIST, {}),
        (405, "delete", f"{LIST}/1", {}),
        (405, "put", "/api/v1/", {}),
        (405, "post", "/api/", {}),
        (406, "get", LIST, {"accept": "text/csv"}),
    ],
)
def test_problems_are_told_in_the_language_of_the_reader(client, status, method, address, headers, language):
    answer = getattr(client, method)(address, headers={**headers, "accept-language": language})

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Content-Language"] == language
    assert answer["Cache-Control"] == "no-store"
    problem = answer.json()
    assert problem["title"] == TITLES[status][language]
    assert problem["status"] == status
    assert problem["instance"] == address.partition("?")[0]
    with override("en"):
        assert problem["type"].startswith(f"{BASE}{reverse('api:docs')}#problem-")
    if status == 405:
        assert answer["Allow"] == "GET, HEAD, OPTIONS"


def test_our_own_fault_tells_nothing_of_itself(monkeypatch):
    def fail(*arguments: Any) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(views.OrganisationList, "ids", fail)
    answer = Client(raise_request_exception=False).get(
        "/api/v1/organisations", headers={"origin": "https://x.example"}
    )

    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert "secret" not in answer.content.decode()
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_unknown_host_is_a_problem_too(client):
    answer = client.get(LIST, headers={"host": "elsewhere.example"})

    assert answer.status_code == 400
    assert answer.json()["type"].endswith("#problem-bad-request")


def test_errors_of_pages_are_still_pages():
    client = Client(raise_request_exception=False)
    assert client.get("/fi/", headers={"host": "elsewhere.example"})["Content-Type"].startswith("text/html")


def test_address_without_version_leads_to_the_first(client):
    for address in ("/api", "/api/"):
        assert client.get(address)["Location"] == "/api/v1/"
    links = told(client, "/api/v1/")
    for address in links.values():
        assert client.get(address.removeprefix(BASE)).status_code == 200


# Headers ----------------------------------------------------------------------


def test_what_has_not_changed_answers_304(client):
    publish({})
    first = client.get(LIST)
    again = client.get(LIST, headers={"if-none-match": first["ETag"]})

    assert again.status_code == 304
    assert again.content == b""
    assert again["ETag"] == first["ETag"]
    # A page of another site that asks so reads these; and it counts.
    assert again["Access-Control-Allow-Origin"] == "*"
    assert again["RateLimit-Remaining"] < first["RateLimit-Remaining"]
    assert client.head(LIST, headers={"if-none-match": first["ETag"]}).status_code == 304

    publish({})
    assert client.get(LIST, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_answers_may_be_used_again_for_a_minute(client):
    answer = client.get(LIST)

    assert answer["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert {"Accept", "Accept-Language"} <= {name.strip() for name in answer["Vary"].split(",")}
    assert "Cookie" not in answer["Vary"]


def test_pages_of_other_sites_may_read(client):
    answer = client.get(LIST, headers={"origin": "https://elsewhere.example"})
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert {"ETag", "Link", "RateLimit-Remaining", "Retry-After"} <= set(
        answer["Access-Control-Expose-Headers"].split(", ")
    )

    asked = client.options(
        LIST, headers={"origin": "https://elsewhere.example", "access-control-request-method": "GET"}
    )
    assert asked.status_code == 204
    assert asked["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in asked["Access-Control-Allow-Headers"]
    with override("fi"):
        assert "Access-Control-Allow-Origin" not in client.get(reverse("cases:list"))


def test_head_answers_as_get_without_content(client):
    publish({})
    get, head = client.get(LIST), client.head(LIST)

    assert head.status_code == 200
    assert head.content == b""
    for name in ("Content-Type", "ETag", "Content-Language", "Cache-Control", "Vary"):
        assert head[name] == get[name], name


def test_nobody_gets_or_needs_a_cookie(client):
    for address in (LIST, "/api/v1/", "/api/v1/openapi.json", "/api/v1/nowhere"):
        assert not client.get(address).cookies
    client.cookies["sessionid"] = "a" * 32
    with_cookie = client.get(LIST)
    assert with_cookie.status_code == 200
    assert "Cookie" not in with_cookie["Vary"]


def test_answers_are_in_utf_8_and_small_on_the_way(client):
    publish(*[titled(f"Ääkköset {number}") for number in range(20)])

    answer = client.get(LIST, headers={"accept-encoding": "gzip"})

    assert answer["Content-Encoding"] == "gzip"
    content = gzip.decompress(answer.content)
    assert "Ääkköset" in content.decode()
    assert len(answer.content) < len(content) / 4
    assert json.loads(content)["total"] == 20


def test_answers_stay_the_same_byte_by_byte(client):
    publish({}, {}, {})
    assert client.get(LIST).content == client.get(LIST).content


# Other tables -----------------------------------------------------------------


def test_organisations_are_those_of_public_innovations(client):
    owner, other = OrganisationFactory(name_fi="Omistaja"), OrganisationFactory(name_fi="Sivullinen")
    publish({"owner": owner.pk})

    page = told(client, "/api/v1/organisations")

    assert [row["name_fi"] for row in page["results"]] == ["Omistaja"]
    assert list(page["results"][0]) == ["self", *exports.ORGANISATIONS.header]
    assert told(client, f"/api/v1/organisations/{owner.pk}") == page["results"][0]
    told(client, f"/api/v1/organisations/{other.pk}", 404)


def test_organisations_come_page_by_page(client):
    owners = [OrganisationFactory().pk for _number in range(5)]
    publish(*({"owner": owner} for owner in owners))

    address, found = "/api/v1/organisations?limit=2", []
    while address:
        page = told(client, address)
        found += [int(row["self"].rpartition("/")[2]) for row in page["results"]]
        address = (page["next"] or "").removeprefix(BASE)
    assert found == owners


def test_vocabularies_tell_names_in_three_languages(client):
    publish(tagged(theme=["10"], tag=["jonot"]))

    (term,) = told(client, "/api/v1/vocabularies?vocabulary=tag")["results"]

    assert (term["vocabulary"], term["code"], term["is_active"]) == ("tag", "jonot", True)
    assert {"name_fi", "name_sv", "name_en"} <= term.keys()
    told(client, "/api/v1/vocabularies?vocabulary=colours", 400)


# Cost -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        LIST,
        f"{LIST}?fields=id,title",
        f"{LIST}?fields=texts,evidence,adoptions,materials",
        "/api/v1/organisations",
        "/api/v1/vocabularies",
        "/api/v1/barometer/figures",
        "/api/v1/barometer/questions",
    ],
)
def test_many_rows_take_no_more_queries_than_few(client, address):
    def count() -> int:
        told(client, address)
        with CaptureQueriesContext(connection) as queries:
            told(client, address)
        return len(queries)

    barometer.published("first", {"yes": "40"})
    publish({**titled("Yksi"), **tagged(tag=["a"]), "evidence": [EVIDENCE]})
    few = count()
    barometer.published("second", {"yes": "40", "no": "60"})
    publish(
        *(
            {**titled(f"Muu {number}"), **tagged(tag=[f"b{number}"]), "evidence": [EVIDENCE]}
            for number in range(15)
        )
    )
    assert count() <= few


def test_list_asks_only_for_the_tables_wanted(client, django_assert_max_num_queries):
    publish({**titled("Yksi"), "evidence": [EVIDENCE]})
    told(client, LIST)
    # The version of what is public, for parameters and search; the cases, their texts, terms and partners.
    with django_assert_max_num_queries(6):
        told(client, LIST)
    with django_assert_max_num_queries(4):
        told(client, f"{LIST}?fields=evidence")


def test_last_page_costs_no_more_than_the_first(client):
    publish(*[titled(f"Kokeilu {number}") for number in range(30)])
    costs = []
    address = f"{LIST}?limit=10"
    told(client, address)
    while address:
        with CaptureQueriesContext(connection) as queries:
            page = told(client, address)
        costs.append(len(queries))
        address = (page["next"] or "").removeprefix(BASE)
    assert len(costs) == 3
    assert costs[-1] <= costs[0]
