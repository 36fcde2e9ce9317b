from io import StringIO
from time import monotonic
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = (
        "Makes a checkout ready to serve: builds what is built, brings the database up to date and fills "
        "an empty one. Changes nothing when all is done already."
    )

    def handle(self, **options: Any) -> None:
        self.step("Compiling translations", "compilemessages")
        self.step("Building the typeface", "build_assets")
        self.step("Preparing the search", "prepare_search")
        self.step("Collecting static files", "collectstatic", interactive=False, verbosity=0)
        self.step("Migrating the database", "migrate", interactive=False, verbosity=0)
        self.step("Bringing the search index up to date", "reindex_search")
        if not apps.get_model("taxonomy", "Term").objects.exists():
            self.step("Loading reference data", "load_reference_data")
        if not apps.get_model("barometer", "Question").objects.exists():
            self.step("Loading the barometers", "load_barometer")
        if not settings.PRODUCTION and not apps.get_model("cases", "Case").objects.exists():
            self.step("Loading example content", "load_examples")
        if not apps.get_model("pages", "FactorTie").objects.exists():
            self.step("Tying the barometers’ factors to what helps", "load_factor_ties")
        if not apps.get_model("pages", "Resource").objects.exists():
            self.step("Loading resources", "load_resources")
        if not apps.get_model("pages", "Contact").objects.exists():
            self.step("Loading contacts", "load_contacts")
        if not apps.get_model("pages", "Page").objects.exists():
            self.step("Publishing the site’s own pages", "load_pages")

    def step(self, title: str, command: str, **options: Any) -> None:
        self.stdout.write(f"{title} …", ending="")
        self.stdout.flush()
        began = monotonic()
        call_command(command, stdout=StringIO(), **options)
        self.stdout.write(f" {monotonic() - began:.1f} s")
