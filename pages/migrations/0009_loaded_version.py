"""Pages that the site's own data made, and that nobody has acted on, follow the data."""

from django.db import migrations, models
from django.db.models import F


def remember_untouched(apps, schema_editor):
    page, event = apps.get_model("pages", "Page"), apps.get_model("pages", "PageEvent")
    acted_on = event.objects.exclude(by=None).values("page")
    page.objects.exclude(pk__in=acted_on).update(loaded_version=F("version"))


class Migration(migrations.Migration):
    dependencies = [("pages", "0008_companions")]

    operations = [
        migrations.AddField(
            model_name="page",
            name="loaded_version",
            field=models.PositiveIntegerField(editable=False, null=True),
        ),
        migrations.RunPython(remember_untouched, migrations.RunPython.noop),
    ]
