from argparse import ArgumentTypeError
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from pages.link_checks.asking import Asker
from pages.link_checks.rounds import PUT_OFF, check_links
from pages.models import LinkCheck


def natural(text: str) -> int:
    """A whole number that is not negative."""
    if not text.isdecimal():
        raise ArgumentTypeError(f"{text} is not a number of days or links")
    return int(text)


class Command(BaseCommand):
    help = (
        "Ask whether the addresses of other sites that the public pages lead to still work, and keep the "
        "answers for the administration. Asks one at a time, waits between two questions to one site, and "
        "follows its robots.txt."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--only-older-than",
            type=natural,
            metavar="DAYS",
            help="Ask only those not asked for so many days.",
        )
        parser.add_argument("--limit", type=natural, metavar="N", help="Ask at most so many.")

    def handle(self, *args: Any, **options: Any) -> None:
        days = options["only_older_than"]

        def shown(urls: list[str]) -> Iterable[str]:
            return tqdm(urls, unit="link", disable=None if options["verbosity"] else True)

        counts = check_links(
            Asker(),
            older_than=None if days is None else timedelta(days=days),
            limit=options["limit"],
            shown=shown,
        )
        for state in LinkCheck.State:
            self.stdout.write(f"{state.value}: {counts[state.value]}")
        if counts[PUT_OFF]:
            self.stdout.write(f"left for the next time, as their sites asked: {counts[PUT_OFF]}")
        failing = LinkCheck.objects.filter(failures__gte=LinkCheck.NEWS).order_by("-failures", "url")
        for link in failing:
            self.stdout.write(f"has not worked {link.failures} times in a row: {link.url}")
