from typing import Any

from django.core.management.base import BaseCommand

from common.search import lexicon
from common.search.analysis import analyser


class Command(BaseCommand):
    help = (
        "Build the word lists that search needs, so that no request has to. Does nothing when they are there."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for language in lexicon.LANGUAGES:
            built = lexicon.prepare(language)
            self.stdout.write(f"{language}: {'built' if built else 'ready'}, {analyser(language).identity}")
