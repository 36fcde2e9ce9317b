from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NetworkConfig(AppConfig):
    name = "network"
    verbose_name = _("Innovation network")

    def ready(self) -> None:
        # Hears when a mail was taken by no server.
        from . import mail_queue  # noqa: F401
