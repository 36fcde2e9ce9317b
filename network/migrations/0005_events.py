import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import network.models.events


class Migration(migrations.Migration):
    dependencies = [
        ("network", "0004_erasures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="member",
            name="calendar_digest",
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("meeting", "Meeting"),
                            ("learning", "Learning session"),
                            ("visit", "Visit"),
                            ("opsi_webinar", "OPSI webinar"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("title_fi", models.CharField(max_length=200, null=True, verbose_name="title")),
                ("title_sv", models.CharField(max_length=200, null=True, verbose_name="title")),
                ("title_en", models.CharField(max_length=200, null=True, verbose_name="title")),
                ("description", models.TextField(blank=True, max_length=5000, verbose_name="description")),
                (
                    "description_fi",
                    models.TextField(blank=True, max_length=5000, null=True, verbose_name="description"),
                ),
                (
                    "description_sv",
                    models.TextField(blank=True, max_length=5000, null=True, verbose_name="description"),
                ),
                (
                    "description_en",
                    models.TextField(blank=True, max_length=5000, null=True, verbose_name="description"),
                ),
                ("place", models.CharField(blank=True, max_length=300, verbose_name="place")),
                ("place_fi", models.CharField(blank=True, max_length=300, null=True, verbose_name="place")),
                ("place_sv", models.CharField(blank=True, max_length=300, null=True, verbose_name="place")),
                ("place_en", models.CharField(blank=True, max_length=300, null=True, verbose_name="place")),
                ("organiser", models.CharField(blank=True, max_length=200, verbose_name="organiser")),
                (
                    "organiser_fi",
                    models.CharField(blank=True, max_length=200, null=True, verbose_name="organiser"),
                ),
                (
                    "organiser_sv",
                    models.CharField(blank=True, max_length=200, null=True, verbose_name="organiser"),
                ),
                (
                    "organiser_en",
                    models.CharField(blank=True, max_length=200, null=True, verbose_name="organiser"),
                ),
                ("starts_at", models.DateTimeField(verbose_name="begins")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                (
                    "online_url",
                    models.URLField(
                        blank=True,
                        help_text="Members and those who signed up see it; nobody else does.",
                        verbose_name="online link",
                    ),
                ),
                (
                    "capacity",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Leave it empty when everybody fits in.",
                        null=True,
                        verbose_name="places",
                    ),
                ),
                (
                    "sign_up_ends_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Leave it empty when one can sign up until it begins.",
                        null=True,
                        verbose_name="sign-up closes",
                    ),
                ),
                (
                    "is_public",
                    models.BooleanField(
                        default=False,
                        help_text="Otherwise only members see it.",
                        verbose_name="open to everybody",
                    ),
                ),
                (
                    "is_example",
                    models.BooleanField(default=False, editable=False, verbose_name="invented example"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published"), ("cancelled", "Cancelled")],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "uid",
                    models.CharField(
                        default=network.models.events.new_uid, editable=False, max_length=64, unique=True
                    ),
                ),
                ("sequence", models.PositiveIntegerField(default=0, editable=False)),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "ordering": ["starts_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="event_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sign_up_ends_at__isnull", True),
                            ("sign_up_ends_at__lte", models.F("ends_at")),
                            _connector="OR",
                        ),
                        name="event_sign_up_closes_in_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("capacity__isnull", True), ("capacity__gt", 0), _connector="OR"),
                        name="event_has_places",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["meeting", "learning", "visit", "opsi_webinar"])),
                        name="event_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "published", "cancelled"])),
                        name="event_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EventChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("act", models.CharField(max_length=40, verbose_name="act")),
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
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="network.event",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of an event",
                "verbose_name_plural": "changes of events",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="EventMaterial",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("url", models.URLField(verbose_name="link")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="materials",
                        to="network.event",
                    ),
                ),
            ],
            options={
                "verbose_name": "material",
                "verbose_name_plural": "materials",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="SignUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("going", "Comes"),
                            ("waiting", "Waits for a place"),
                            ("cancelled", "Taken back"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="signed up")),
                ("reminded_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sign_ups",
                        to="network.event",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="event_sign_ups",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "sign-up",
                "verbose_name_plural": "sign-ups",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="eventchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("act", ""), _negated=True), name="eventchange_act_told"
            ),
        ),
        migrations.AddConstraint(
            model_name="eventmaterial",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("title", ""), _negated=True), models.Q(("url", ""), _negated=True)
                ),
                name="eventmaterial_told",
            ),
        ),
        migrations.AddConstraint(
            model_name="signup",
            constraint=models.UniqueConstraint(fields=("event", "user"), name="signup_once_an_event"),
        ),
        migrations.AddConstraint(
            model_name="signup",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["going", "waiting", "cancelled"])),
                name="signup_state_known",
            ),
        ),
    ]
