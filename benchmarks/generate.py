"""Cases for measuring: the same for the same number, in words as unevenly spread as in real text."""

from collections.abc import Iterator
from random import Random
from typing import Any

from cases.actions import Incoming

from .words import COMMON_EVERY, COMMON_WORD, ENDINGS, RARE_CASES, RARE_WORD, STEMS

_COUNTRIES = ("FI", "FI", "FI", "SE", "EE", "DE", "NL", "IT")


def cases(count: int, owners: list[int]) -> Iterator[Incoming]:
    """``count`` complete cases, for :func:`cases.actions.import_cases`; ``owners`` are organisations' ids."""
    random = Random(20260101)
    rare = {round((number + 0.5) * count / RARE_CASES) for number in range(RARE_CASES)}
    # Compounds of two stems: some hundreds of words of very different frequency, as in real text.
    words = [*STEMS, *(first + second for first in STEMS[:40] for second in STEMS[40:80])]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    for number in range(count):
        picked = iter(random.choices(words, weights, k=110))
        text = _text(picked, random)
        if number % COMMON_EVERY == 0:
            text["summary"] = f"{COMMON_WORD.capitalize()} {text['summary']}"
        if number in rare:
            text["solution"] += f" {RARE_WORD.capitalize()}."
        yield Incoming(f"bench-{number}", _content(number, text, owners, random))


def _text(words: Iterator[str], random: Random) -> dict[str, str]:
    def sentence(length: int) -> str:
        return " ".join(next(words) + random.choice(ENDINGS) for _word in range(length)).capitalize() + "."

    return {
        "title": sentence(4).rstrip("."),
        "summary": f"{sentence(9)} {sentence(8)}",
        "problem": sentence(14),
        "solution": f"{sentence(20)} {sentence(15)}",
        "results": sentence(12),
        "lessons": sentence(12),
    }


def _content(number: int, text: dict[str, str], owners: list[int], random: Random) -> dict[str, Any]:
    content: dict[str, Any] = {
        "original_language": "fi",
        "owner": owners[number % len(owners)],
        "country": random.choice(_COUNTRIES),
        "level_of_government": random.choice(("national", "regional", "local")),
        "life_cycle": random.choice(("planned", "pilot", "in_use", "in_use", "discontinued")),
        "novelty": random.choice(("first", "adapted", "copy")),
        "started_year": random.randint(2010, 2026),
        "terms": {
            "principle": sorted(random.sample("12345", random.randint(1, 3))),
            "theme": [f"{random.randint(1, 10):02}"],
            "kind": [random.choice(("product", "service", "process", "communication"))],
        },
        "texts": {"fi": text},
    }
    if number % 5 == 0:
        content["evidence"] = [
            {
                "kind": "hours_saved",
                "value": str(random.randint(10, 9000)),
                "unit": "h",
                "established": "measured" if number % 2 else "estimated",
                "source": "Mittaus",
            }
        ]
    return content
