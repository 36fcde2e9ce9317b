import random
from collections import Counter

import pytest

from common.search.suggest import Vocabulary, shown_words

WITHOUT_MARKS = str.maketrans("äöå", "aoa")


@pytest.fixture(scope="module")
def vocabulary(texts: list[dict[str, str]]) -> Vocabulary:
    return Vocabulary(
        Counter(
            word
            for text in texts
            for part in ("title", "summary", "body")
            for word in shown_words(text[part])
        )
    )


def misspelt(word: str, chance: random.Random) -> str:
    """The word with a letter left out, doubled, changed or changed with the next, or without its marks."""
    if word.translate(WITHOUT_MARKS) != word and chance.random() < 0.3:
        return word.translate(WITHOUT_MARKS)
    place = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    return chance.choice(
        [
            before + after,
            before + letter * 2 + after,
            before + chance.choice("aeiounsrtl") + after,
            before + after[0] + letter + after[1:],
        ]
    )


def test_misspelt_words_get_the_right_word_first(vocabulary: Vocabulary, texts: list[dict[str, str]]) -> None:
    chance = random.Random(20261124)
    words = sorted({word for text in texts for word in shown_words(text["title"] + " " + text["summary"])})
    typos = [(misspelt(word, chance), word) for word in words if len(word) >= 5]
    typos = [(typo, word) for typo, word in typos if not vocabulary.is_known(typo)]
    right = sum(vocabulary.suggestion(typo) == word for typo, word in typos)
    print(f"right word first for {right} of {len(typos)}")  # noqa: T201 - for people, with pytest -rP
    assert len(typos) > 200
    assert right / len(typos) >= 0.95


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kirjasot", "kirjaston"),
        ("Budjetoinissa nuori", "budjetoinnissa nuori"),
        ("laakari?", "lääkäri?"),
        ("innovationsnatverket", "innovationsnätverket"),
        ("kaupunki", None),
        ("kaupungissakin", None),
        ("qqqqqqq", None),
        ("ab", None),
        ("2026", None),
        ("", None),
    ],
)
def test_suggestion(query: str, expected: str | None, vocabulary: Vocabulary) -> None:
    assert vocabulary.suggestion(query) == expected


def test_commoner_word_is_likelier() -> None:
    assert Vocabulary({"palvelut": 1, "palvelua": 40}).suggestion("palveluu") == "palvelua"


def test_empty_vocabulary_suggests_nothing() -> None:
    assert Vocabulary({}).suggestion("verkosto") is None
