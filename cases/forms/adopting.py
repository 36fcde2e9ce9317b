"""Telling that one's organisation took somebody else's innovation up."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from accounts.register import OrganisationField, Register
from cases.models import Adoption

from .fields import YearField


class AdoptionReportForm(forms.Form):
    organisation = OrganisationField(label=gettext_lazy("Organisation that took it up"))
    mode = forms.ChoiceField(
        choices=Adoption.Mode.choices,
        widget=forms.RadioSelect,
        label=gettext_lazy("How was it taken up?"),
        error_messages={"required": gettext_lazy("Choose how it was taken up.")},
    )
    year = YearField(label=gettext_lazy("Year when it was taken up"), required=False)
    result = forms.CharField(
        label=gettext_lazy("What came of it"),
        help_text=gettext_lazy("In a sentence or two. Failures are as useful to know as successes."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, register: Register, **options: Any) -> None:
        super().__init__(*args, **options)
        self.register = register
        self.fields["organisation"].error_messages["required"] = _("Name the organisation.")

    def clean_organisation(self) -> Organisation:
        found = self.register.find(self.cleaned_data["organisation"])
        if found is None:
            raise ValidationError(
                _(
                    "The register has no organisation of this name. Choose one that is suggested as you type,"
                    " or write to us and we will add yours."
                )
            )
        return Organisation.objects.get(pk=found)
