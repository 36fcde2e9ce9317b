"""Makes one file of open data, in a process of its own: ``python -m benchmarks.dump NAME FORMAT``."""

import os
import sys
from tempfile import TemporaryFile

import django

django.setup()

from django.db import connection  # noqa: E402
from django.utils.translation import override  # noqa: E402

from pages.open_data import files  # noqa: E402


def dump(name: str, format: str) -> None:
    """Prints how many megabytes it has."""
    if connection.vendor == "sqlite":
        # Pages of its file that the kernel holds anyway would count as the process's memory.
        connection.cursor().execute("PRAGMA mmap_size=0")
    dataset, distribution = files.BY_NAME[name, format]
    with override("fi"), TemporaryFile() as file:
        files.write(distribution, dataset, file)
        print(file.seek(0, os.SEEK_END) / 1_000_000)  # noqa: T201


if __name__ == "__main__":
    dump(*sys.argv[1:])
