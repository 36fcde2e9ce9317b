from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = (
        "Compiles the translations into the registry's home. Stands in for Django's command of the same "
        "name, which needs GNU gettext's msgfmt and writes beside the sources."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        pass

    def handle(self, **options: Any) -> None:
        sources, compiled = (Path(folder) for folder in settings.LOCALE_PATHS)
        for source in sorted(sources.glob("*/LC_MESSAGES/*.po")):
            target = compiled / source.relative_to(sources).with_suffix(".mo")
            try:
                catalogue = polib.pofile(str(source))
            except (OSError, UnicodeDecodeError) as error:
                raise CommandError(f"{source}: {error}") from error
            target.parent.mkdir(parents=True, exist_ok=True)
            # Replaced in one step: a running server may be reading the old one.
            unfinished = target.with_suffix(".new")
            catalogue.save_as_mofile(str(unfinished))
            unfinished.replace(target)
