"""Simplemma's word lists as compact tries on disk, built once at set-up.

Building takes about ten seconds for the three languages, reading a tenth of one. The files
live under ``REGISTRY_HOME``, in a folder named after simplemma's version: an upgrade
builds anew and never reads what an older version wrote.
"""

import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import simplemma
from django.conf import settings
from simplemma.strategies.dictionaries import TrieDictionaryFactory

LANGUAGES = ("fi", "sv", "en")
SIMPLEMMA_VERSION = simplemma.__version__


def directory() -> Path:
    """Where the tries of this version of simplemma are kept."""
    return Path(settings.REGISTRY_HOME) / "dictionaries" / f"simplemma-{SIMPLEMMA_VERSION}"


def prepare(language: str) -> bool:
    """Build a language's trie unless it is there; tells whether it was built.

    The finished file is moved into place, so that another process never reads half of one.
    """
    target = directory() / f"{language}.dic"
    if target.exists():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        TrieDictionaryFactory(disk_cache_dir=scratch).get_dictionary(language)
        (Path(scratch) / target.name).replace(target)
    return True


@cache
def dictionary(language: str) -> Mapping[str, str]:
    """Inflected form → base form. Builds the trie when set-up has not."""
    prepare(language)
    return TrieDictionaryFactory(disk_cache_dir=str(directory())).get_dictionary(language)
