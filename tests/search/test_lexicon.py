from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

from common.search import lexicon


def test_word_list_is_built_once_into_the_home(settings: Any, tmp_path: Path) -> None:
    settings.REGISTRY_HOME = tmp_path
    assert lexicon.prepare("en")
    assert not lexicon.prepare("en")
    assert [file.name for file in lexicon.directory().iterdir()] == ["en.dic"]
    assert tmp_path in lexicon.directory().parents


def test_set_up_prepares_every_language() -> None:
    output = StringIO()
    call_command("prepare_search", stdout=output)
    assert [line.split(":")[0] for line in output.getvalue().splitlines()] == ["fi", "sv", "en"]
