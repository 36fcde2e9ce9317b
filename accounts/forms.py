from typing import Any, cast

from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .models import Organisation, User


class RequestCodeForm(RequestLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email = self.fields["email"]
        email.label = _("E-mail address")
        email.help_text = _("Use your work address: it tells us your organisation.")
        del email.widget.attrs["placeholder"]


class ConfirmCodeForm(ConfirmLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.help_text = _("Eight digits.")
        code.widget.attrs["inputmode"] = "numeric"
        del code.widget.attrs["placeholder"]


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
        field = cast(forms.ModelChoiceField, self.fields["organisation"])
        field.queryset = organisations
        field.empty_label = _("No organisation, or not in the list")
        if chosen is None:
            self.initial["organisation"] = Organisation.objects.for_email(self.instance.email)
        self.fields["display_name"].widget.attrs["autocomplete"] = "name"


class ChangeAddressForm(forms.Form):
    new_email = forms.EmailField(
        label=_("New e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_new_email(self) -> str:
        address = User.objects.normalize_email(self.cleaned_data["new_email"])
        if address == self.user.email:
            raise ValidationError(_("This is your address now. Give the new one."))
        return address
