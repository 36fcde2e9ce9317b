"""An address that is not told at all is no way to reach anybody."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pages", "0006_feedback_by_page")]

    operations = [
        migrations.RemoveConstraint(model_name="contact", name="contact_can_be_reached"),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=~models.Q(email="")
                | ~models.Q(phone="")
                | models.Q(address_fi__isnull=False) & ~models.Q(address_fi=""),
                name="contact_can_be_reached",
            ),
        ),
    ]
