"""What moderators may do, and the row whose number tells that the public's view has changed."""

from django.db import migrations

from accounts.permissions import MODERATORS, grant

PERMISSIONS = [
    "review_case",
    "view_case",
    "view_caserevision",
    "view_caseevent",
    "view_adoption",
    "view_importsource",
    "change_importsource",
]


def grant_permissions(apps, schema_editor):
    grant(apps, MODERATORS, "cases", PERMISSIONS)
    grant(apps, MODERATORS, "taxonomy", ["view_term", "add_term", "change_term"])


def make_version_row(apps, schema_editor):
    apps.get_model("cases", "PublicVersion").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0001_initial"),
        ("accounts", "0003_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunPython(grant_permissions, migrations.RunPython.noop),
        migrations.RunPython(make_version_row, migrations.RunPython.noop),
    ]
