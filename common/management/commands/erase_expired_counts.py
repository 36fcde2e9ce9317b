"""Removes from the shared cache what has expired: counts by network address, used proofs and codes."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone


class Command(BaseCommand):
    help = (
        "Erases counts of requests by network address, and used proofs of work, whose time is over."
        " To be run hourly: the cache itself does so only when it is full."
    )

    def handle(self, **options: object) -> None:
        table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [now])  # noqa: S608 (from our settings)
            count = cursor.rowcount
        self.stdout.write(f"Expired entries erased: {count}")
