import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("network", "0002_coordinators"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ListExport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("bulletins", "A bulletin: to those who want bulletins"),
                            ("necessary", "A necessary message: to every member"),
                        ],
                        max_length=12,
                        verbose_name="purpose",
                    ),
                ),
                ("why", models.CharField(max_length=300, verbose_name="what it is for")),
                ("filters", models.JSONField(blank=True, default=dict, verbose_name="narrowed down by")),
                (
                    "file_format",
                    models.CharField(
                        choices=[("csv", "CSV"), ("xlsx", "XLSX")], max_length=4, verbose_name="file"
                    ),
                ),
                ("count", models.PositiveIntegerField(verbose_name="how many")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "mailing list",
                "verbose_name_plural": "mailing lists",
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["bulletins", "necessary"])),
                        name="listexport_purpose_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("file_format__in", ["csv", "xlsx"])), name="listexport_file_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("why", ""), _negated=True), name="listexport_why_told"
                    ),
                ],
            },
        ),
    ]
