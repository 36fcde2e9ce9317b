"""What barometer editors may do."""

from django.db import migrations

from accounts.permissions import BAROMETER_EDITORS, grant

EDITED = ["survey", "surveyquestion", "question", "option", "factor", "dimension", "group", "source"]


def grant_permissions(apps, schema_editor):
    codenames = [f"{act}_{model}" for model in EDITED for act in ("view", "add", "change", "delete")]
    grant(
        apps,
        BAROMETER_EDITORS,
        "barometer",
        ["edit_barometer", "view_figure", "view_surveyevent", *codenames],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("barometer", "0001_initial"),
        ("accounts", "0003_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(grant_permissions, migrations.RunPython.noop)]
