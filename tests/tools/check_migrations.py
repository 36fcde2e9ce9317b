"""Whether code that still runs would survive each migration: ``python -m tests.tools.check_migrations``.

While a new version is started, the old one serves from the database that the new one has
migrated already. So a migration must not remove or rename what the old code asks for, nor
demand what it does not write. First migrations of an app make tables that no running code knows.
"""

import logging
import os
import sys

import django
from django.conf import settings
from django_migration_linter import MigrationLinter

OWN_APPS = ("taxonomy", "accounts", "cases", "barometer", "network", "pages")
# These came with, or right after, tables that no running code knew yet, as an app’s first migration does.
TABLES_NEW_TO_ALL_CODE = (
    "0005_events",
    "0006_bulletins",
    "0007_event_files",
    "0004_site_content",
    "0007_contact_can_be_reached",
)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "innovation_registry.settings")
    django.setup()
    logging.getLogger("django_migration_linter").setLevel(logging.WARNING)
    linter = MigrationLinter(
        str(settings.BASE_DIR),
        include_apps=OWN_APPS,
        ignore_initial_migrations=True,
        ignore_name=TABLES_NEW_TO_ALL_CODE,
        quiet=["ok", "ignore"],
        no_cache=True,
    )
    linter.lint_all_migrations()
    linter.print_summary()
    return int(linter.has_errors)


if __name__ == "__main__":
    sys.exit(main())
