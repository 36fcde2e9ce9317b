"""The groups of staff, and how an app's migration gives them permissions."""

from collections.abc import Iterable

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

MODERATORS = "moderators"
NETWORK_COORDINATORS = "network coordinators"
BAROMETER_EDITORS = "barometer editors"
CONTENT_EDITORS = "content editors"
GROUPS = (MODERATORS, NETWORK_COORDINATORS, BAROMETER_EDITORS, CONTENT_EDITORS)

# What a group is called to people: its name in the database is the code's.
_TITLES: dict[str, Promise] = {
    MODERATORS: pgettext_lazy("role", "Moderators"),
    NETWORK_COORDINATORS: pgettext_lazy("role", "Network coordinators"),
    BAROMETER_EDITORS: pgettext_lazy("role", "Barometer editors"),
    CONTENT_EDITORS: pgettext_lazy("role", "Content editors"),
}


def role_title(group: str) -> str:
    """The group's name in the active language; that of a group which is not ours stays."""
    return str(_TITLES.get(group, group))


def grant(apps: Apps, group: str, app_label: str, codenames: Iterable[str]) -> None:
    """Give ``group`` the permissions ``codenames`` of ``app_label``; for use in a migration's RunPython.

    Django makes permissions only after all migrations have run, so this makes those of the app first.
    Raises LookupError when a codename is not among them.
    """
    app_config = apps.get_app_config(app_label)
    app_config.models_module = True  # type: ignore[assignment]
    create_permissions(app_config, apps=apps, verbosity=0)
    app_config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label=app_label, codename__in=codenames
    )
    missing = set(codenames) - {permission.codename for permission in permissions}
    if missing:
        raise LookupError(f"No such permissions in {app_label}: {', '.join(sorted(missing))}")
    apps.get_model("auth", "Group").objects.get(name=group).permissions.add(*permissions)
