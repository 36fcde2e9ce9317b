"""What every test may ask for: test settings, data beside the checkout, a browser, two page checkers.

Tests that need a tool that this machine lacks are skipped, but fail where ``CI`` is set:
there everything must be at hand.
"""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_django
from django.conf import settings as django_settings
from django.core.cache import caches
from django.db import connection, transaction
from django.test import override_settings
from django.utils import translation
from zeal.constants import initialize_app_registry
from zeal.patch import patch as watch_queries

from tests.browser import PATIENCE
from tests.first_run import load as load_first_run

ROOT = Path(__file__).resolve().parent.parent
NODE_MODULES = django_settings.REGISTRY_HOME / "tools" / "node" / "node_modules"


def missing(what: str) -> None:
    """Skip the test for want of a tool; in CI, fail it."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing")


# Settings -------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def test_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing of a test is written into the registry's home; static files come from the sources."""
    initialize_app_registry()
    watch_queries()
    with override_settings(
        MEDIA_ROOT=tmp_path_factory.mktemp("media"),
        STATIC_ROOT=str(tmp_path_factory.mktemp("static")),
        STORAGES={
            **django_settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        # The shared cache is a table, and not every test has a database.
        CACHES={
            **django_settings.CACHES,
            "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "shared"},
        },
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        # Tests ask for more in a minute than readers do; those of the limits set them.
        API_REQUESTS_PER_MINUTE=1_000_000,
        DOWNLOADS_PER_MINUTE=1_000_000,
        # A request that asks the same thing of the database row by row fails the test.
        # Signing in and out asks for the session several times; that is Django's way.
        ZEAL_ALLOWLIST=[{"model": "sessions.Session", "field": "get*"}],
        MIDDLEWARE=["zeal.middleware.zeal_middleware", *django_settings.MIDDLEWARE],
    ):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file, as it is served: in memory all threads would share one connection."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        # No test outlives a power cut.
        database["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"


# Content --------------------------------------------------------------------


@pytest.fixture(scope="module")
def first_run(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    """The registry as it comes, loaded once for all tests of a module, in a transaction around theirs.

    A module that asks for it has no test that needs an empty database.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        load_first_run()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def registry(first_run: None, db: None) -> None:
    """The same for one test: what it changes is taken back after it."""


@pytest.fixture(autouse=True)
def empty_caches() -> None:
    """No test finds what another remembered: cards, rate limits, used codes, cases, the tree, files."""
    from cases import public_index
    from common.kept_files import kept_files
    from common.rate import api_requests, downloads
    from pages.editorial import trees
    from pages.open_data import catalogue
    from pages.site_search import index as site_index

    for cache in caches.all(initialized_only=True):
        cache.clear()
    public_index.forget()
    site_index.forget()
    trees.forget()
    catalogue.forget()
    kept_files.forget()
    api_requests.forget()
    downloads.forget()


@pytest.fixture(autouse=True)
def default_language() -> None:
    """No test speaks the language of the page that another has read last."""
    translation.deactivate()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that commit come last, in whatever order the others are, for they empty the tables.

    Each of them begins with the rows that migrations put there.
    """
    for item in items:
        if commits(item):
            mark = item.get_closest_marker("django_db")
            options = {**(mark.kwargs if mark else {}), "transaction": True, "serialized_rollback": True}
            item.add_marker(pytest.mark.django_db(**options), append=False)
    items.sort(key=commits)


def commits(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("django_db")
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(fixtures & {"live_server", "transactional_db"}) or bool(
        mark and mark.kwargs.get("transaction")
    )


# Data -----------------------------------------------------------------------


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with real data that is too large or not ours to keep in the repository."""
    folder = Path(os.environ.get("SHARED_DATA") or ROOT.parent / "shared")
    if not (folder / "data").is_dir():
        pytest.skip("no shared data beside the checkout (SHARED_DATA names another place)")
    return folder


# Browser --------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium(django_db_setup: None) -> Iterator[Any]:
    """The browser, one for the whole run; take ``page`` or ``new_page`` instead."""
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not executable:
        missing("Chromium")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE * 1000)

    # Playwright runs an event loop in this thread, and Django refuses its database there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # The rows of migrations, with which tests that commit begin: remembered by the connection.
    serialized = connection._test_serialized_contents
    with sync_playwright() as playwright:
        # Within a loop the thread has another connection.
        connection._test_serialized_contents = serialized
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()
        connection.close()


@pytest.fixture
def new_page(chromium: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """Opens pages of their own browser profile on the running site.

    Options are Playwright's: ``new_page(java_script_enabled=False, color_scheme="dark",
    viewport={"width": 320, "height": 640})``. After the test, an error in the console, a
    refusal by the content security policy or a request to another host fails it.
    """
    contexts: list[Any] = []
    problems: list[str] = []

    def open_page(**options: Any) -> Any:
        context = chromium.new_context(**{"base_url": live_server.url, "locale": "fi-FI", **options})
        contexts.append(context)
        context.set_default_timeout(PATIENCE * 1000)
        visited: set[str] = set()

        def on_request(request: Any) -> None:
            if request.is_navigation_request():
                visited.add(request.url)
            host = urlsplit(request.url).hostname
            if host not in {None, urlsplit(live_server.url).hostname}:
                problems.append(f"request to another host: {request.url}")

        def on_console(message: Any) -> None:
            # The browser also reports the status of an error page that the test itself opened.
            own_error_page = "Failed to load resource" in message.text and message.location["url"] in visited
            if message.type == "error" and not own_error_page:
                problems.append(f"console: {message.text} ({message.location['url']})")

        context.on("request", on_request)
        context.on("console", on_console)
        context.on("weberror", lambda error: problems.append(f"script: {error.error}"))
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert not problems, "\n".join(problems)


@pytest.fixture
def page(new_page: Callable[..., Any]) -> Any:
    """One page in a new browser profile on the running site; see ``new_page``."""
    return new_page()


# Page checkers --------------------------------------------------------------

AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}


@pytest.fixture(scope="session")
def axe() -> Callable[..., list[str]]:
    """``axe(page)``: what is inaccessible on an open page, one line a fault; empty when nothing is.

    ``axe(page, include="main")`` looks at a part of it.
    """
    script = NODE_MODULES / "axe-core" / "axe.min.js"
    if not script.exists():
        missing("axe-core (npm)")
    source = script.read_text()

    def check(page: Any, include: str = "html") -> list[str]:
        page.wait_for_load_state()
        page.evaluate(source)
        result = page.evaluate(
            "([include, options]) => axe.run({include: [[include]]}, options)", [include, AXE_OPTIONS]
        )
        return [
            f"{violation['id']} ({violation['impact']}): {' '.join(node['target'])}: {node['html'][:200]}"
            for violation in result["violations"]
            for node in violation["nodes"]
        ]

    return check


@pytest.fixture(scope="session")
def nu(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str | bytes], list[str]]]:
    """``nu(html)``: faults in a page by the Nu HTML checker, one line each; empty when it is valid."""
    jar = NODE_MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
    java = shutil.which("java")
    if not java:
        missing("Java")
    if not jar.exists():
        missing("vnu-jar (npm)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (tmp_path_factory.mktemp("nu") / "log").open("w")
    server = subprocess.Popen(
        [
            str(java),
            "-Xmx256m",
            "-Dnu.validator.servlet.bind-address=127.0.0.1",
            "-cp",
            str(jar),
            "nu.validator.servlet.Main",
            str(port),
        ],
        stdout=log,
        stderr=log,
    )

    def check(html: str | bytes) -> list[str]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/?out=json&level=error",
            data=html.encode() if isinstance(html, str) else html,
            headers={"Content-Type": "text/html; charset=utf-8"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            messages = json.load(answer)["messages"]
        return [f"line {message.get('lastLine')}: {message['message']}" for message in messages]

    try:
        for _attempt in range(1200):
            try:
                check("<!doctype html><html lang=en><title>Up</title>")
            except (urllib.error.URLError, ConnectionError):
                assert server.poll() is None, "the Nu HTML checker ended at once"
                time.sleep(0.1)
            else:
                break
        yield check
    finally:
        server.terminate()
        server.wait(timeout=10)
        log.close()
