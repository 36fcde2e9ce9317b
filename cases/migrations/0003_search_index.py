from django.db import migrations

from common.search.backends import install, remove

TABLE = "cases_searchentry"


class Migration(migrations.Migration):
    """Full-text search over the analysed words, kept up to date by the database itself."""

    dependencies = [("cases", "0002_moderators")]

    operations = [migrations.RunPython(install(TABLE), remove(TABLE))]
