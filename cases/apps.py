from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = _("Innovations")

    def ready(self) -> None:
        """Pages of innovations show names that are curated elsewhere: those count as public changes too."""
        from accounts.models import Organisation
        from taxonomy.models import Term

        from .models import ImportSource

        for model in (Organisation, Term, ImportSource):
            for signal in (post_save, post_delete):
                signal.connect(_raise_public_version, sender=model)


def _raise_public_version(raw: bool = False, **kwargs: Any) -> None:
    from . import actions

    # Rows loaded from a fixture may come before the version's own table.
    if not raw:
        actions.public_changed()
