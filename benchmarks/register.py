"""Writes the generated cases as another register's CSV file: ``python -m benchmarks.register FILE COUNT``."""

import csv
import sys
from pathlib import Path

import django

django.setup()

from taxonomy.models import Term, Vocabulary  # noqa: E402

from .generate import cases  # noqa: E402

OWNERS = 800
TEXTS = ("title", "summary", "problem", "solution", "results", "lessons")
COUNTRIES = {
    "FI": "Finland",
    "SE": "Sweden",
    "EE": "Estonia",
    "DE": "Germany",
    "NL": "Netherlands",
    "IT": "Italy",
}


def write(file: Path, count: int) -> None:
    themes = dict(Term.objects.of(Vocabulary.THEME).values_list("code", "name_en"))
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["ID", *map(str.title, TEXTS), "Owner", "Country", "Started", "Status", "Theme"])
        for number, case in enumerate(cases(count, owners=[0])):
            content = case.content
            country = COUNTRIES[content["country"]]
            writer.writerow(
                [
                    case.external_id,
                    *(content["texts"]["fi"][name] for name in TEXTS),
                    f"Organisation {number % OWNERS} of {country}",
                    country,
                    content["started_year"],
                    content["life_cycle"].replace("_", " "),
                    themes[content["terms"]["theme"][0]],
                ]
            )


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
