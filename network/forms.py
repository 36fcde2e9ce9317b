"""Asking to join, telling of oneself as a member, finding other members."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, User
from accounts.register import OrganisationField, Register
from taxonomy.models import Term, Vocabulary

from . import consents
from .models import Consent, JoinRequest


class InterestsField(forms.ModelMultipleChoiceField):
    """Some terms of one vocabulary, as checkboxes."""

    def __init__(self, vocabulary: str, **options: Any) -> None:
        super().__init__(
            queryset=Term.objects.of(vocabulary),
            widget=forms.CheckboxSelectMultiple,
            required=False,
            **options,
        )

    def label_from_instance(self, term: Term) -> str:
        """A principle is always told with its number."""
        return f"{term.code} {term.name}" if term.vocabulary == Vocabulary.PRINCIPLE else term.name


class AboutForm(forms.Form):
    """What applicants and members tell of their work."""

    organisation = OrganisationField(
        label=gettext_lazy("Organisation"),
        help_text=gettext_lazy("Choose one that is suggested as you type, or write the name."),
        required=False,
    )
    role = forms.CharField(
        label=gettext_lazy("Role or task"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    works_on = forms.CharField(
        label=gettext_lazy("What do you work on?"),
        help_text=gettext_lazy("In your own words, for example a service that you are renewing."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    wants_to_learn = forms.CharField(
        label=gettext_lazy("What do you want to learn?"),
        help_text=gettext_lazy("It helps us to choose what we meet about."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    principles = InterestsField(
        Vocabulary.PRINCIPLE, label=gettext_lazy("Principles of innovation that your work is about")
    )
    themes = InterestsField(Vocabulary.THEME, label=gettext_lazy("Themes of your work"))
    in_directory = forms.BooleanField(label=consents.TEXTS[Consent.Purpose.DIRECTORY], required=False)
    wants_bulletins = forms.BooleanField(label=consents.TEXTS[Consent.Purpose.BULLETINS], required=False)

    def __init__(self, *args: Any, register: Register, **options: Any) -> None:
        super().__init__(*args, **options)
        self.register = register

    @property
    def interests(self) -> list[Term]:
        """The chosen terms of both vocabularies."""
        return [*self.cleaned_data["principles"], *self.cleaned_data["themes"]]

    @property
    def organisation_values(self) -> dict[str, Any]:
        """The organisation of the register, or the name of one that it does not have."""
        name = self.cleaned_data["organisation"]
        found = self.register.find(name)
        return {
            "organisation": Organisation.objects.get(pk=found) if found else None,
            "organisation_name": "" if found else name,
        }


class JoinForm(AboutForm):
    """The application, on one screen."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Tell your name.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("Work e-mail"),
        help_text=gettext_lazy("We send a link there. It tells us your organisation, too."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Give your work e-mail."),
            "invalid": gettext_lazy("Give the whole e-mail address, for example name@organisation.fi."),
        },
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the e-mails that you get"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
    )
    membership = forms.BooleanField(
        label=consents.TEXTS[Consent.Purpose.MEMBERSHIP],
        error_messages={
            "required": gettext_lazy("You can join when you let us keep what you tell: tick this box.")
        },
    )
    field_order = (
        "name",
        "email",
        "organisation",
        "role",
        "works_on",
        "wants_to_learn",
        "principles",
        "themes",
        "language",
        "membership",
        "in_directory",
        "wants_bulletins",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        organisation = self.fields["organisation"]
        organisation.help_text = _(
            "Choose one that is suggested as you type, or write the name. If you leave this empty, your"
            " e-mail address tells it."
        )

    def clean_email(self) -> str:
        return User.objects.normalize_email(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        """An address of a known organisation names it where the field is empty."""
        values = super().clean() or {}
        if not values.get("organisation") and values.get("email") and "organisation" not in self.errors:
            found = Organisation.objects.for_email(values["email"])
            if found is None:
                self.add_error(
                    "organisation",
                    _("Name your organisation: we do not know the organisation of your e-mail address."),
                )
            else:
                values["organisation"] = found.name
        return values

    @property
    def consents(self) -> dict[str, str]:
        """Purposes that were agreed to, with the version of the words."""
        chosen = {
            Consent.Purpose.MEMBERSHIP: "membership",
            Consent.Purpose.DIRECTORY: "in_directory",
            Consent.Purpose.BULLETINS: "wants_bulletins",
        }
        return {purpose: consents.VERSION for purpose, field in chosen.items() if self.cleaned_data[field]}


class AnswerForm(forms.Form):
    """The applicant's answer to what a coordinator asked."""

    text = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=JoinRequest._meta.get_field("answer").max_length,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("Write your answer.")},
    )


class ProfileForm(AboutForm):
    """A member's own details."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["organisation"].required = True
        self.fields["organisation"].error_messages["required"] = _("Name your organisation.")
