from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = _("Innovations")

    def ready(self) -> None:
        """Pages of innovations show names that are curated elsewhere: changing one changes them too."""
        from accounts.models import Organisation
        from taxonomy.models import Term

        from .models import ImportSource

        for model in (Organisation, Term, ImportSource):
            post_save.connect(_raise_public_version, sender=model)


def _raise_public_version(created: bool = False, **kwargs: Any) -> None:
    from . import actions

    # Nothing public names what has just been made.
    if not created:
        actions.public_changed()
