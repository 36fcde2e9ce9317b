from pathlib import Path

import polib
import pytest
from django.core.management import call_command

from tests.tools import check_translations
from tests.tools.check_translations import Message


@pytest.mark.parametrize(
    ("name", "source", "message"),
    [
        ("views.py", 'title = _("Two " "halves")', Message(None, "Two halves")),
        ("urls.py", 'path(pgettext_lazy("url", "innovations/"))', Message("url", "innovations/")),
        ("views.py", 'ngettext("%(n)s case", "%(n)s cases", n)', Message(None, "%(n)s case")),
        ("a.html", "<p>{% translate 'Skip to content' %}</p>", Message(None, "Skip to content")),
        (
            "a.html",
            "{% if a %}\n  {% translate 'In' context 'state' %}\n {% endif %}",
            Message("state", "In"),
        ),
        (
            "a.html",
            "{% blocktranslate trimmed with n=number %}\n  Cases:\n  {{ n }}\n{% endblocktranslate %}",
            Message(None, "Cases: %(n)s"),
        ),
        (
            "a.html",
            "{% blocktranslate count n=number %}{{ n }} case{% plural %}{{ n }} cases{% endblocktranslate %}",
            Message(None, "%(n)s case"),
        ),
    ],
)
def test_texts_of_sources_are_found(tmp_path, name, source, message):
    file = tmp_path / name
    file.write_text(source)
    assert [found for _line, found in check_translations.messages_in(file)] == [message]


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    """Adds entries to a Finnish catalogue of a checkout of its own."""
    file = tmp_path / "locale" / "fi" / "LC_MESSAGES" / "django.po"
    file.parent.mkdir(parents=True)
    monkeypatch.setattr(check_translations, "ROOT", tmp_path)

    def write(**entry) -> None:
        po = polib.POFile()
        po.append(polib.POEntry(**entry))
        po.save(str(file))

    return write


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ({"msgid": "Other", "msgstr": "Muu"}, "not in the catalogue"),
        ({"msgid": "%(n)s cases", "msgstr": ""}, "not translated"),
        ({"msgid": "%(n)s cases", "msgstr": "%(n)s tapausta", "flags": ["fuzzy"]}, "fuzzy"),
        ({"msgid": "%(n)s cases", "msgstr": "tapausta"}, "placeholders differ"),
    ],
)
def test_faults_of_a_translation_are_told(catalogue, entry, fault):
    catalogue(**entry)
    told = list(check_translations.faults("fi", {Message(None, "%(n)s cases"): "cases/views.py:1"}))
    assert fault in told[0]


def test_whole_translation_has_no_fault(catalogue):
    catalogue(
        msgid="%(n)s case", msgid_plural="%(n)s cases", msgstr_plural={0: "yksi tapaus", 1: "%(n)s tapausta"}
    )
    assert not list(check_translations.faults("fi", {Message(None, "%(n)s case"): "cases/views.py:1"}))


def test_translation_without_a_text_in_the_sources_is_told(catalogue):
    catalogue(msgid="Gone", msgstr="Poissa")
    assert "no source has this text" in next(check_translations.faults("fi", {}))


def test_translations_are_compiled_into_the_home(tmp_path, settings):
    source = tmp_path / "locale" / "fi" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    po = polib.POFile()
    po.append(polib.POEntry(msgid="Search", msgstr="Hae"))
    po.save(str(source))
    settings.LOCALE_PATHS = [tmp_path / "locale", tmp_path / "home"]
    call_command("compilemessages")
    compiled: Path = tmp_path / "home" / "fi" / "LC_MESSAGES" / "django.mo"
    assert polib.mofile(str(compiled))[0].msgstr == "Hae"
    assert not list((tmp_path / "locale").rglob("*.mo"))
