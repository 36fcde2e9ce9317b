"""Brings a measurement's database to a number of cases, or lists addresses of some; for its settings."""

import sys
from itertools import islice

import django

django.setup()

from django.db import connection  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils.translation import override  # noqa: E402

from accounts.models import Organisation  # noqa: E402
from cases import actions  # noqa: E402
from cases.models import Case, ImportSource  # noqa: E402

from .generate import cases  # noqa: E402

CHUNK = 2_000


def fill(present: int, wanted: int) -> None:
    """Add the generated cases from number ``present`` up to ``wanted``."""
    source, _made = ImportSource.objects.get_or_create(
        key="bench", defaults={"name": "Generated", "licence": "CC0", "attribution": "Generated"}
    )
    owners = list(Organisation.objects.order_by("pk").values_list("pk", flat=True))
    incoming = islice(cases(wanted, owners), present, None)
    while chunk := list(islice(incoming, CHUNK)):
        actions.import_cases(chunk, source=source, publish=True)
    if connection.vendor == "postgresql":
        # What autovacuum does by itself within minutes; until then GIN searches a list of what is pending.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")


def print_paths(count: int) -> None:
    """Paths of the list, of the site-wide search and of ``count`` cases, evenly spread over all of them."""
    numbers = list(Case.objects.public().order_by("pk").values_list("pk", flat=True))
    chosen = numbers[:: max(1, len(numbers) // count)]
    with override("fi"):
        print(reverse("cases:list"))  # noqa: T201
        print(reverse("pages:search"))  # noqa: T201
        for case in Case.objects.prefetch_related("texts").filter(pk__in=chosen):
            print(case.get_absolute_url())  # noqa: T201


if __name__ == "__main__":
    if sys.argv[1] == "--paths":
        print_paths(int(sys.argv[2]))
    else:
        fill(int(sys.argv[1]), int(sys.argv[2]))
