"""The registry as it looks on the first run: reference data, and everything that comes with it."""

from django.core.management import call_command

COMMANDS = (
    "load_reference_data",
    "load_examples",
    "load_barometer",
    "load_factor_ties",
    "load_resources",
    "load_contacts",
    "load_pages",
)


def load() -> None:
    for command in COMMANDS:
        call_command(command, verbosity=0)
