"""Who ties factors to what helps with them: editors of the barometer and of content."""

from django.db import migrations

from accounts.permissions import BAROMETER_EDITORS, CONTENT_EDITORS, grant

EDITED = ["factortie", "tiedcase"]


def grant_permissions(apps, schema_editor):
    codenames = [f"{act}_{model}" for model in EDITED for act in ("view", "add", "change", "delete")]
    for group in (BAROMETER_EDITORS, CONTENT_EDITORS):
        grant(apps, group, "pages", codenames)


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0001_initial"),
        ("accounts", "0003_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(grant_permissions, migrations.RunPython.noop)]
