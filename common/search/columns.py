"""Looking for words in columns as they are: for lists of people and of rows, which have no index of words."""

import re
from collections.abc import Sequence

from django.db import connection
from django.db.models import Q, QuerySet


def any_contains(names: Sequence[str], word: str) -> Q:
    """Any of the columns holds ``word``, whatever the case of its letters.

    SQLite itself ignores the case of a to z only; its regular expressions are Python's, which know “Ä” too.
    """
    lookup, sought = ("iregex", re.escape(word)) if connection.vendor == "sqlite" else ("icontains", word)
    found = Q()
    for name in names:
        found |= Q(**{f"{name}__{lookup}": sought})
    return found


def holding(queryset: QuerySet, names: Sequence[str], words: str) -> QuerySet:
    """The rows of which every word is in any of the columns."""
    for word in words.split():
        queryset = queryset.filter(any_contains(names, word))
    return queryset
