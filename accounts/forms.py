from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Organisation, User


class ProfileForm(forms.ModelForm):
    """What people tell about themselves; their address proposes the organisation."""

    class Meta:
        model = User
        fields = ["display_name", "language", "organisation"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.instance.organisation
        organisations = Organisation.objects.current()
        if chosen is not None:
            organisations |= Organisation.objects.filter(pk=chosen.pk)
        field = self.fields["organisation"]
        field.queryset = organisations
        field.empty_label = _("No organisation, or not in the list")
        if chosen is None:
            self.initial["organisation"] = Organisation.objects.for_email(self.instance.email)
        self.fields["display_name"].widget.attrs["autocomplete"] = "name"
