"""Pages for when something went wrong."""

import pytest
from bs4 import BeautifulSoup
from django.http import Http404
from django.test import RequestFactory

from common import error_views

pytestmark = pytest.mark.urls("tests.look.urls")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize(
    ("show", "status"),
    [
        (lambda request: error_views.bad_request(request, Exception()), 400),
        (lambda request: error_views.permission_denied(request, Exception()), 403),
        (lambda request: error_views.csrf_failure(request), 403),
        (lambda request: error_views.page_not_found(request, Http404()), 404),
        (lambda request: error_views.gone(request), 410),
        (lambda request: error_views.server_error(request), 500),
        (lambda request: error_views.busy(request), 503),
    ],
    ids=["400", "403", "csrf", "404", "410", "500", "503"],
)
def test_error_page_speaks_the_readers_language_and_keeps_the_frame(show, status, language) -> None:
    """Without a database: none of these pages needs one for a reader who is not signed in."""
    request = RequestFactory().get(f"/{language}/jotain/")
    response = show(request)
    soup = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == status
    assert soup.html["lang"] == language
    assert soup.h1.text
    ways_on = [link["href"][:4] for link in soup.select(".language-links a")]
    assert ways_on == ["/fi/", "/sv/", "/en/"]
    assert soup.find("meta", attrs={"name": "robots", "content": "noindex"})
    assert soup.footer


def test_own_fault_asks_nothing_of_the_request() -> None:
    request = RequestFactory().get("/sv/")
    request.user = property(lambda self: pytest.fail("the user was asked for"))
    assert error_views.server_error(request).status_code == 500


def test_unknown_address_gets_the_page(client) -> None:
    response = client.get("/fi/olematon/sivu/")
    assert response.status_code == 404
    assert "</footer>" in response.content.decode()


def test_broken_view_gets_the_page(client) -> None:
    client.raise_request_exception = False
    response = client.get("/fi/broken/")
    assert response.status_code == 500
    assert "</footer>" in response.content.decode()


def test_gone_page_says_so(client) -> None:
    assert client.get("/en/gone/").status_code == 410
