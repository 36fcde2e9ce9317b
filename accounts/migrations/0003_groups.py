from django.db import migrations

from accounts.permissions import CONTENT_EDITORS, GROUPS, MODERATORS, grant


def make_groups(apps, schema_editor):
    for name in GROUPS:
        apps.get_model("auth", "Group").objects.get_or_create(name=name)
    grant(apps, MODERATORS, "accounts", ["view_organisation", "add_organisation", "change_organisation"])
    grant(apps, MODERATORS, "taxonomy", ["view_term", "add_term", "change_term"])
    grant(apps, CONTENT_EDITORS, "accounts", ["view_organisation"])
    grant(apps, CONTENT_EDITORS, "taxonomy", ["view_term", "add_term", "change_term"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_relations_and_constraints"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
