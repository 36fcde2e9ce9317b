"""The frame is looked at without a database: the site has no pages of its own there."""

import pytest

from pages.editorial import trees


@pytest.fixture(autouse=True)
def no_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "recent", lambda: trees.Tree({}))
