"""Content editors keep pages, resources, contacts and statements, and answer feedback."""

from django.db import migrations

from accounts.permissions import CONTENT_EDITORS, grant

KEPT = ["resource", "contact", "accessibilitystatement", "accessibilityexception"]


def grant_permissions(apps, schema_editor):
    codenames = [f"{act}_{model}" for model in KEPT for act in ("view", "add", "change", "delete")]
    grant(apps, CONTENT_EDITORS, "pages", [*codenames, "edit_pages", "handle_feedback", "view_linkcheck"])


class Migration(migrations.Migration):
    dependencies = [("pages", "0004_site_content")]

    operations = [migrations.RunPython(grant_permissions, migrations.RunPython.noop)]
