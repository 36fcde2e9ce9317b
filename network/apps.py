from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NetworkConfig(AppConfig):
    name = "network"
    verbose_name = _("Innovation network")

    def ready(self) -> None:
        # These hear when a mail was taken by no server, and when an account is deleted.
        from . import event_actions, mail_queue  # noqa: F401
