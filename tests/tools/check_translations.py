"""Whether every text has its Finnish and Swedish: ``python -m tests.tools.check_translations``.

Looks for the texts in the sources as Django's ``makemessages`` does, but with Babel in place
of GNU gettext, which a new machine lacks. A text is at fault when a language has no
translation of it, only a guessed ("fuzzy") one, or one whose placeholders or HTML tags differ;
a translation, when no source has its text any more.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib
from babel.messages.extract import extract
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent.parent
LANGUAGES = ("fi", "sv")
SOURCES = (
    "innovation_registry",
    "pages",
    "cases",
    "barometer",
    "network",
    "accounts",
    "taxonomy",
    "common",
    "templates",
)
# What Django's own extraction looks for: which argument is the text, the plural, the context (c).
KEYWORDS: dict[str, tuple | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}|</?\w+")


class Message(NamedTuple):
    context: str | None
    text: str


def messages() -> dict[Message, str]:
    """Every translatable text of the sources, with the first place that has it."""
    found: dict[Message, str] = {}
    for folder in SOURCES:
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix in {".py", ".html", ".txt", ".xml"} and "migrations" not in file.parts:
                for line, message in messages_in(file):
                    found.setdefault(message, f"{file.relative_to(ROOT)}:{line}")
    return found


def messages_in(file: Path) -> Iterator[tuple[int, Message]]:
    source = file.read_text()
    if file.suffix != ".py":
        from django.utils.translation.template import templatize

        # Only calls of gettext are left of a template; in parentheses Babel reads them as one expression.
        source = f"({templatize(source, origin=str(file))})"
    for line, texts, _comments, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
        text = texts if isinstance(texts, str) else texts[0]
        if text:
            yield line, Message(context, text)


def faults(language: str, found: dict[Message, str]) -> Iterator[str]:
    """What is wrong with one language's translations, one line each."""
    file = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    if not file.exists():
        yield f"{language}: {file.relative_to(ROOT)} is missing"
        return
    catalogue = polib.pofile(str(file))
    entries = {Message(entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete}
    for message, place in found.items():
        entry = entries.get(message)
        if entry is None:
            yield f"{language}: {place}: not in the catalogue: {message.text!r}"
        elif entry.fuzzy:
            yield f"{language}: {place}: fuzzy: {message.text!r}"
        elif not entry.translated():
            yield f"{language}: {place}: not translated: {message.text!r}"
        else:
            yield from (f"{language}: {place}: {fault}" for fault in differences(entry))
    for message in entries.keys() - found.keys():
        yield f"{language}: no source has this text: {message.text!r}"


def differences(entry: polib.POEntry) -> Iterator[str]:
    """Placeholders and tags that a translation lacks or adds; the form for one may leave them out."""
    wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    forms = entry.msgstr_plural or {0: entry.msgstr}
    for number, translation in forms.items():
        got = set(PLACEHOLDER.findall(translation))
        if got != wanted and not (entry.msgid_plural and number == 0 and got < wanted):
            yield f"placeholders differ: {entry.msgid!r}: {translation!r}"


def main() -> int:
    settings.configure()  # templates are only read, nothing of the site is loaded
    found = messages()
    lines = [line for language in LANGUAGES for line in faults(language, found)]
    for line in lines:
        print(line)
    print(f"{len(found)} texts, {len(LANGUAGES)} languages, {len(lines)} faults")
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main())
