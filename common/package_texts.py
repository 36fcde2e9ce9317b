"""Texts of installed packages that have no Finnish or Swedish of their own.

Nothing imports this. Naming them here makes them ours to translate, as ``check_translations`` demands.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import pgettext_lazy

TEXTS = (
    # allauth.mfa
    _("MFA"),
    # django.contrib.admin
    _("After you’ve created a user, you’ll be able to edit more user options."),
    # django_countries, whose Swedish has these in English
    _("Albania"),
    _("Australia"),
    _("Brazil"),
    _("Cambodia"),
    _("Canada"),
    _("Chad"),
    _("Cuba"),
    _("Georgia"),
    _("Hong Kong"),
    _("India"),
    _("Indonesia"),
    _("Lebanon"),
    _("North Macedonia"),
    _("Philippines"),
    _("South Sudan"),
    # django_tasks
    pgettext_lazy("Task", "Ready"),
    pgettext_lazy("Task", "Running"),
    pgettext_lazy("Task", "Failed"),
    pgettext_lazy("Task", "Successful"),
    # django_tasks_db
    _("Task Result"),
    _("Task Results"),
    # simple_history
    _("Choose a date from the list below to revert to a previous version of this object."),
    _("This object doesn't have a change history."),
    _("Press the 'Revert' button below to revert to this version of the object."),
    _("Revert %(verbose_name)s"),
    _("View %(verbose_name)s"),
    _("Revert %s"),
    _("Created"),
    _("Changed"),
    _("Deleted"),
)
