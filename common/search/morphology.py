"""Base forms and compound parts of one word, by simplemma's word lists or by Voikko.

Every class here answers ``analyse(word)`` for a word of lower-case letters and digits. It
gives the base forms of the whole word and its *runs*: every contiguous run of compound
parts but the whole, the last part of the run in its base form. ``innovaatioverkoston`` has
the base form ``innovaatioverkosto`` and the runs ``innovaatio`` and ``verkosto``.
"""

import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import libvoikko
from simplemma.strategies import RulesStrategy

from common.search import lexicon

# Raised by whoever changes, here or in the cutting of texts into words, what becomes of some word:
# what was indexed by other rules cannot be found by these.
RULES = 1


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one word may be: base forms of the whole, and runs of its compound parts."""

    bases: tuple[str, ...]
    runs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a compound as it stands in the word, and its base form."""

    text: str
    base: str


class Morphology(Protocol):
    """Analyses words of one language. Name or version changes whenever answers may."""

    name: str
    version: str

    def analyse(self, word: str) -> Analysis: ...


def _unique(words: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _letters(word: str) -> str:
    return "".join(filter(str.isalnum, word.lower()))


class WordListMorphology:
    """Base forms by simplemma's list of inflected forms, and by its ending rules for other words."""

    language: str
    name = "simplemma"
    version = lexicon.SIMPLEMMA_VERSION

    def __init__(self) -> None:
        self._dictionary = lexicon.dictionary(self.language)
        self._rules = RulesStrategy()

    def analyse(self, word: str) -> Analysis:
        # The word itself stays beside its base form: the list knows one base form of a word
        # that may have several (Finnish "työ" is to it slang for "sinä").
        return Analysis(_unique([self.base(word) or self.name_base(word) or self.rule_base(word), word]))

    def base(self, word: str) -> str | None:
        """Base form of a common word by the list."""
        return self._dictionary.get(word)

    def name_base(self, word: str) -> str | None:
        """Base form of a name, listed with a capital, or of an abbreviation, listed in capitals."""
        found = self._dictionary.get(word.capitalize()) or self._dictionary.get(word.upper())
        return _letters(found) if found else None

    def rule_base(self, word: str) -> str | None:
        """Base form by the word's ending alone."""
        return self._rules.get_lemma(word, self.language)

    def is_base(self, word: str) -> bool:
        """Whether the list has the word as a base form."""
        return self._dictionary.get(word) == word


class EnglishMorphology(WordListMorphology):
    """English, with American and British spellings made one."""

    language = "en"
    _spellings = (
        (re.compile(r"(?<=[a-z]{3})iz(?=e|ation)"), "is"),
        (re.compile(r"(?<=[a-z]{3})our$"), "or"),
        (re.compile(r"(?<=[a-z]{3})tre$"), "ter"),
    )

    def analyse(self, word: str) -> Analysis:
        return Analysis(_unique(self._one_spelling(base) for base in super().analyse(word).bases))

    def _one_spelling(self, word: str) -> str:
        for pattern, replacement in self._spellings:
            word = pattern.sub(replacement, word)
        return word


class CompoundMorphology(WordListMorphology):
    """Adds the splitting of compounds into words that the list knows.

    The last part may be inflected; a part before it must look as the language lets it look
    (``binding_base``). A part has four letters at least, unless it is one of ``short_parts``.
    """

    short_parts: frozenset[str]
    # First parts, however short, that the list does not have as words.
    prefixes: frozenset[str]
    # Words that begin, or end, derived words and inflected forms rather than compounds.
    not_first_parts: frozenset[str] = frozenset()
    not_last_parts: frozenset[str] = frozenset()
    # Words that fall into known words by chance.
    not_compounds: frozenset[str] = frozenset()
    _shortest_part = 4
    _longest_compound = 50

    def binding_base(self, part: str) -> str | None:
        """Base form of a part that another one follows; None when it cannot stand there."""
        raise NotImplementedError

    def last_base(self, part: str) -> str | None:
        """Base form of a compound's last part; names do not end compounds."""
        return self.base(part)

    def guesses(self, word: str) -> Iterable[str | None]:
        """Likely base forms of a word that the list does not know."""
        return [self.rule_base(word)]

    def analyse(self, word: str) -> Analysis:
        base = self.base(word)
        if parts := self.split(word):
            runs = _runs(parts)
            return Analysis(_unique([base, runs.pop((0, len(parts))), word]), _unique(runs.values()))
        known = base or self.name_base(word)
        return Analysis(_unique([*([known] if known else self.guesses(word)), word]))

    def split(self, word: str) -> tuple[Part, ...]:
        """The known parts that make the word, as small as they come; empty when it is no compound."""
        base = self.base(word)
        if len(word) > self._longest_compound or base in self.not_compounds:
            return ()
        # The base form of a known word tells more surely than an inflected form what it is made of.
        whole = base or word
        parts: list[Part] = []
        for part in self._fewest_parts(whole, inflected=base is None):
            # A part may be a compound in its turn: "mielenterveys" + "palvelut". It is always
            # shorter; a base form that is not would split forever.
            is_shorter = len(self.base(part.text) or part.text) < len(whole)
            smaller = self.split(part.text) if is_shorter and part.base not in self.not_compounds else ()
            parts += smaller or [part]
        begin = "".join(part.text for part in parts[:-1])
        if not parts or not word.startswith(begin):
            # A few compounds inflect in the middle too and are left whole: "uusivuosi", "uudenvuoden".
            return ()
        return (*parts[:-1], Part(word.removeprefix(begin), parts[-1].base))

    def _fewest_parts(self, word: str, *, inflected: bool) -> tuple[Part, ...]:
        # The best way to split the rest of the word from each place, found from the end backwards.
        ways: dict[int, tuple[Part, ...]] = {len(word): ()}
        for start in range(len(word) - 1, -1, -1):
            found = []
            for end in range(start + 1, len(word) + 1):
                if end in ways and end - start < len(word):
                    text = word[start:end]
                    base = self._part_base(text, last=end == len(word))
                    if base and (inflected or end < len(word) or base == text):
                        found.append((Part(text, base), *ways[end]))
            if found:
                # Few parts are likelier than many; of as few, the way with the longest last part.
                ways[start] = min(found, key=lambda parts: (len(parts), -len(parts[-1].text)))
        return ways.get(0, ())

    def _part_base(self, text: str, *, last: bool) -> str | None:
        """Base form of what may be a part; None when it may not."""
        if text in self.short_parts or (not last and text in self.prefixes):
            return text
        base = self.last_base(text) if last else self.binding_base(text)
        barred = self.not_last_parts if last else self.not_first_parts
        if base is None or base in barred or text in barred:
            return None
        long_enough = min(len(text), len(base)) >= self._shortest_part or base in self.short_parts
        return _letters(base) if long_enough else None


def _runs(parts: tuple[Part, ...]) -> dict[tuple[int, int], str]:
    """Every contiguous run of parts, its last in the base form; the whole is at (0, len(parts))."""
    return {
        (start, end): "".join(part.text for part in parts[start : end - 1]) + parts[end - 1].base
        for start in range(len(parts))
        for end in range(start + 1, len(parts) + 1)
    }


class FinnishMorphology(CompoundMorphology):
    """Finnish: a first part is in the nominative or the genitive, or ends in -s for -nen."""

    language = "fi"
    short_parts = _words("ala apu asu ikä jää koe kuu maa ovi osa pää puu sää tie työ ura yö äly")
    not_last_parts = _words(
        "ansa asti eesti estää lainen läinen mainen minen naan sinä taitaa stentti taka tehdä tulla tämä "
        "uusi äminen"
    )
    not_compounds = _words("esimerkki kokonainen maailma sairaala valinnainen")
    prefixes = _words(
        "ali bio digi eko epä erikois esi etä geo kaksois keski kyber lähi makro mikro moni multi nano "
        "nyky perus pien pika sosiaali suur tele ulko video virtuaali yli ylä"
    )
    _infinitive = re.compile(r"(?:t[aä]|id)[aä]$")
    # An adjective made of a noun, in some case: "avusteinen" of "avuste".
    _adjective = re.compile(
        r"i(?:nen|sen|set|sten|s[ti]?[aä]|se(?:ss[aä]|st[aä]|ll[aä]|lt[aä]|lle|ksi|n[aä]|en)"
        r"|si(?:ss[aä]|st[aä]|ll[aä]|lt[aä]|lle|ksi|n[aä]|in))$"
    )
    _clitic = re.compile(r"(?:kin|kaan|kään|ko|kö|han|hän|pa|pä)$")
    _possessive = re.compile(r"(?:nsa|nsä|mme|nne|ni|si|(?<=[aeä])[aä]n|(?<=e)en)$")
    _case_endings = (
        "ssa ssä sta stä lla llä lta ltä lle ksi na nä ta tä n t a ä "
        "issa issä ista istä illa illä ilta iltä ille iksi ia iä iin in it"
    ).split()

    def base(self, word: str) -> str | None:
        # Of a noun's partitive and a verb that look alike, the noun: "kantaa" is of "kanta".
        if word.endswith(("a", "ä")) and self.is_base(word[:-1]):
            return word[:-1]
        return super().base(word) or self._without_clitics(word)

    def binding_base(self, part: str) -> str | None:
        if self.is_base(part):
            return part
        base = self._dictionary.get(part)
        if base and part.endswith("n") and not self._infinitive.search(base):
            return base
        if part.endswith("s"):
            adjective = part[:-1] + "nen"
            return adjective if self.is_base(adjective) or self._is_deed(part) else None
        return None

    def last_base(self, part: str) -> str | None:
        return self.base(part) or self._adjective_of_noun(part)

    def guesses(self, word: str) -> Iterable[str | None]:
        """For names and loan words: what is left without each ending that may be a case's."""
        stems = [word.removesuffix(ending) for ending in self._case_endings if word.endswith(ending)]
        if len(word) > 2 and word[-1] == "n" and word[-2] == word[-3]:
            stems.append(word[:-2])
        return [*super().guesses(word), *(stem for stem in stems if len(stem) >= self._shortest_part)]

    def _is_deed(self, part: str) -> bool:
        """Whether it is a verb's noun as a first part: "kirjautumis" of "kirjautua"."""
        stem = part.removesuffix("mis")
        return stem != part and (self.is_base(stem + "a") or self.is_base(stem + "ä"))

    def _without_clitics(self, word: str) -> str | None:
        """Base form of a word with -kin and the like, or with a possessive ending, or with both."""
        plain = self._clitic.sub("", word)
        for rest in (plain, self._possessive.sub("", plain)):
            # A possessive hides the -n of the genitive and the illative.
            if rest != word and (base := self._dictionary.get(rest) or self._dictionary.get(rest + "n")):
                return base
        return None

    def _adjective_of_noun(self, word: str) -> str | None:
        noun = self._adjective.sub("", word)
        return noun + "inen" if noun != word and self.is_base(noun) else None


class SwedishMorphology(CompoundMorphology):
    """Swedish: a first part stands bare, with the binding -s, or with its last vowel changed or gone."""

    language = "sv"
    short_parts = _words("bil bok dag hav hus kod lag liv län mål nät ord råd sjö tid tåg väg vår år")
    not_first_parts = _words(
        "bask besk bort efter fort full genom igen inne kont miss samman samsa till tran trans under åter "
        "över övers"
    )
    not_last_parts = _words("ande ende ning else skap heten ökning")
    prefixes = _words(
        "digi finans fler justitie kvant national regional själv små special super tele tvåfaktors åklagar"
    )

    def binding_base(self, part: str) -> str | None:
        base = self._dictionary.get(part)
        if base is None:
            bare = part.removesuffix("s")
            return bare if bare != part and self.is_base(bare) else None
        bound = {base, base + "s", base + "e", base[:-1], *(base[:-1] + ending for ending in "eosu")}
        return base if part in bound else None

    def last_base(self, part: str) -> str | None:
        base = self.base(part)
        # Compounds end in nouns rather than in verbs that look alike: "verk", not "verka!";
        # "meddelande", not "meddelandes" of "meddela".
        return part if base == part + "a" or (base and part.endswith(("ande", "ende"))) else base


class VoikkoMorphology:
    """Finnish by libvoikko and its dictionary; words that it does not know go to simplemma."""

    language = "fi"
    name = "voikko"
    # Cases in which a part may stand before another one: nominative and genitive.
    _binding_cases = frozenset({"nimento", "omanto"})

    def __init__(self) -> None:
        self._voikko = libvoikko.Voikko("fi")
        # An instance must not be used by two threads at once.
        self._lock = threading.Lock()
        self._unknown = FinnishMorphology()
        self._binding_bases = lru_cache(maxsize=20_000)(self._find_binding_bases)
        self.version = (
            f"{libvoikko.Voikko.getVersion()} dictionary {_voikko_dictionary_version()} "
            f"{self._unknown.name} {self._unknown.version}"
        )

    @staticmethod
    def is_available() -> bool:
        """Whether both the library and a Finnish dictionary are installed."""
        try:
            return any(dictionary.language == "fi" for dictionary in libvoikko.Voikko.listDicts())
        except OSError:
            return False

    def analyse(self, word: str) -> Analysis:
        readings = self._readings(word)
        if not readings:
            return self._unknown.analyse(word)
        # A reading with more parts is a chance likeness: "tietoja" is no "tie" + "toja".
        fewest = min(reading["STRUCTURE"].count("=") for reading in readings)
        bases: list[str] = []
        runs: list[str] = []
        for reading in readings:
            if reading["STRUCTURE"].count("=") == fewest:
                base = _letters(reading["BASEFORM"])
                bases.append(base)
                runs += self._runs(_structure_parts(word, reading["STRUCTURE"]), base)
        return Analysis(_unique(bases), _unique(runs))

    def _readings(self, word: str) -> list[dict[str, str]]:
        with self._lock:
            return self._voikko.analyze(word)

    def _runs(self, parts: list[str], base: str) -> Iterator[str]:
        for start in range(len(parts)):
            for end in range(start + 1, len(parts) + 1):
                if end - start == len(parts):
                    continue
                before = "".join(parts[start : end - 1])
                if end == len(parts) and base.startswith("".join(parts[:start])):
                    yield base[len("".join(parts[:start])) :]
                else:
                    yield from (before + part_base for part_base in self._binding_bases(parts[end - 1]))

    def _find_binding_bases(self, part: str) -> tuple[str, ...]:
        """Base forms of a part by itself: ``kaupungin`` → ``kaupunki``, ``yhteis`` → ``yhteinen``."""
        found = [
            reading for reading in self._readings(part) if reading.get("SIJAMUOTO") in self._binding_cases
        ]
        if not found and part.endswith("s"):
            found = self._readings(part[:-1] + "nen")
        return _unique(_letters(reading["BASEFORM"]) for reading in found) or (part,)


def _structure_parts(word: str, structure: str) -> list[str]:
    """Cuts the word where Voikko's structure (``=pppp=ppp``) has its equals signs."""
    parts = []
    start = 0
    for pattern in structure.split("=")[1:]:
        parts.append(word[start : start + len(pattern)])
        start += len(pattern)
    return parts


def _voikko_dictionary_version() -> str:
    """What the dictionary's own description says, from the folder where libvoikko finds it first."""
    for folder in (
        Path.home() / ".voikko",
        Path("/etc/voikko"),
        Path("/usr/lib/voikko"),
        Path("/usr/share/voikko"),
    ):
        for index in folder.glob("5/mor-standard/index.txt"):
            if match := re.search(r"^SM-Version: *(\S+)", index.read_text(), re.MULTILINE):
                return match[1]
    return "unknown"
