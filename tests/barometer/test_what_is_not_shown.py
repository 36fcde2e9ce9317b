"""No page and no download holds a number of a figure that is not shown, nor its base."""

import json
import re
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from barometer import actions
from barometer.models import Figure

from . import factories

pytestmark = pytest.mark.django_db

# Numbers that occur nowhere else: of the small group, of what would tell it, of what the editor keeps back,
# and of what nobody has seen in its source.
SMALL = {"share": "37.13", "unweighted_share": "31.73", "low": "13.37", "high": "73.31", "base": 3}
COMPLEMENTARY = {"share": "47.19", "unweighted_share": "41.97", "low": "14.79", "high": "79.41", "base": 1787}
KEPT_BACK = {"share": "57.23", "unweighted_share": "53.27", "low": "23.57", "high": "75.32", "base": 1931}
UNSEEN = {"share": "67.29", "unweighted_share": "62.97", "low": "26.79", "high": "76.92", "base": 1973}
# Pages show one decimal, with a point or a comma.
SECRET = re.compile(
    "|".join(
        [rf"{told[name][:-1].replace('.', '[.,]')}" for told in (SMALL, COMPLEMENTARY, KEPT_BACK, UNSEEN)
         for name in ("share", "unweighted_share", "low", "high")]
        + ["1.?787", "1.?931", "1.?973"]
    )
)  # fmt: skip
# Where things are in a drawing is no number that anybody reads.
GEOMETRY = re.compile(r'\s(?:d|x|y|x1|x2|y1|y2|width|height|viewBox|transform|points)="[^"]*"')


@pytest.fixture
def edition():
    """A published edition, with a breakdown in which one group has three answers."""
    survey = factories.survey("edition")
    question, other, unseen = (factories.question(key) for key in ("first", "second", "unseen"))
    sector = [factories.group("sector", key) for key in ("state", "municipal", "regional")]

    def figure(of: Any, told: dict[str, Any], **values: Any) -> Figure:
        told = {"words_en": "words of it", "note_en": "note of it", "precision": "exact", **told}
        numbers = {**told, **values}
        figure = factories.figure(of, of.question.options.get(), numbers.pop("share"), **numbers)
        for name in ("unweighted_share", "low", "high"):
            setattr(figure, name, None if name not in told else type(figure.share)(told[name]))
        return figure

    for what in (question, other, unseen):
        factories.option(what, "yes")
    first, second, third = (factories.asked(survey, what) for what in (question, other, unseen))
    plain = {"share": 50, "words_en": "", "note_en": ""}
    figures = [
        figure(first, plain, base=5000),
        figure(first, SMALL, group=sector[0]),
        figure(first, COMPLEMENTARY, group=sector[1]),
        figure(first, plain, group=sector[2], base=3210),
        figure(second, KEPT_BACK, suppression=Figure.Suppression.BY_EDITOR),
        figure(third, UNSEEN, is_verified=False),
    ]
    actions.enter_figures(survey, figures, by=None)
    actions.publish(survey, by=None)
    return survey


def addresses() -> list[str]:
    keys = ["edition--first", "edition--first--by--sector", "edition--second", "edition--unseen", "nordic"]
    keys += [f"compare--{key}--yes" for key in ("first", "second", "unseen")]
    keys += [f"compare--first--yes--{sector}" for sector in ("state", "municipal", "regional")]
    found = [reverse("barometer:overview"), reverse("barometer:questions")]
    found.append(reverse("barometer:survey", args=["edition"]))
    for question in ("first", "second", "unseen"):
        found.append(reverse("barometer:question", args=[question]))
        found.append(reverse("barometer:asked", args=["edition", question]))
    for key in keys:
        found += [reverse("barometer:chart", args=[key]), reverse("barometer:embed", args=[key])]
        found += [reverse("barometer:download", args=[key, kind]) for kind in ("svg", "csv", "xlsx", "json")]
    return found


def text_of(response: Any) -> str:
    content = b"".join(response) if response.streaming else response.content
    if "spreadsheet" not in response["Content-Type"]:
        return content.decode()
    workbook = load_workbook(BytesIO(content))
    return "\n".join(
        str(cell) for sheet in workbook for row in sheet.iter_rows(values_only=True) for cell in row
    )


@pytest.mark.parametrize("language", ["fi", "en"])
def test_no_address_tells_a_number_that_is_not_shown(edition, language, client: Client) -> None:
    shown = dict(Figure.objects.filter(group__isnull=False).values_list("group__key", "suppression"))
    assert shown == {"state": "small", "municipal": "complementary", "regional": ""}
    opened = 0
    with override(language):
        for address in addresses():
            response = client.get(address)
            if response.status_code != 200:
                continue
            opened += 1
            text = text_of(response)
            assert not SECRET.search(GEOMETRY.sub("", text)), address
            assert "words of it" not in text, address
            assert "note of it" not in text, address
    assert opened > 25


def test_what_is_not_shown_has_its_place_and_its_reason_and_nothing_else(edition, client: Client) -> None:
    with override("en"):
        address = reverse("barometer:download", args=["edition--first--by--sector", "json"])
        rows = {row["group"]: row for row in json.loads(client.get(address).content)["observations"]}
    for group, reason in (("state", "small"), ("municipal", "complementary")):
        row = rows[group]
        assert row["suppression"] == reason
        for name in ("share", "unweighted_share", "low", "high", "base"):
            assert row[name] is None
    assert rows["regional"]["base"] == 3210


def test_the_bars_of_what_is_not_shown_have_no_length(edition, client: Client) -> None:
    """A chart does not draw what it does not tell."""
    with override("en"):
        address = reverse("barometer:download", args=["edition--first--by--sector", "svg"])
        before = client.get(address).content
        Figure.objects.filter(group__key="municipal").update(share=91, low=None, high=None)
        assert client.get(address).content == before
