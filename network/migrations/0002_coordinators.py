"""What network coordinators may do."""

from django.db import migrations

from accounts.permissions import NETWORK_COORDINATORS, grant

PERMISSIONS = [
    "coordinate_network",
    "view_joinrequest",
    "view_member",
    "view_consent",
    "view_membershipevent",
]


def grant_permissions(apps, schema_editor):
    grant(apps, NETWORK_COORDINATORS, "network", PERMISSIONS)


class Migration(migrations.Migration):
    dependencies = [
        ("network", "0001_initial"),
        ("accounts", "0003_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(grant_permissions, migrations.RunPython.noop)]
