"""Help texts of forms that Django makes: said in the administration, where they are read."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Field
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

Hints = Mapping[str, Any]

ORDER = _("The smallest number comes first.")
CODE = _("Small letters, digits and hyphens. Addresses and files use it: it does not change later.")
NAME_STATUS = _("Verified when somebody has compared the name in each language with its own source.")


class HintedAdmin(admin.options.BaseModelAdmin):
    """Says what a field wants, by the field's name; of one in three languages, beside the first."""

    hints: Hints = {}

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        hint = self.hints.get(db_field.name.removesuffix("_fi"))
        if field is not None and hint is not None:
            field.help_text = hint
        return field
