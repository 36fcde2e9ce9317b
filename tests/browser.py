"""Waiting for what a page does by itself."""

import time
from typing import Any

from playwright.sync_api import Error

PATIENCE = 15


def wait_until(page: Any, expression: str) -> None:
    """Ask the page until the expression is true; AssertionError after ``PATIENCE`` seconds.

    Playwright’s own waiting evaluates it within the page, which the content security policy forbids.
    """
    ends_at = time.monotonic() + PATIENCE
    while not _is_true(page, expression):
        assert time.monotonic() < ends_at, expression
        page.wait_for_timeout(50)


def _is_true(page: Any, expression: str) -> bool:
    try:
        return bool(page.evaluate(expression))
    except Error:
        # The page is just being left for another one.
        return False
