"""What a reader is asked about a page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from pages.models import Feedback

from . import paths

USEFUL = {"yes": True, "no": False}


class FeedbackForm(forms.Form):
    """A yes or a no, own words, or both."""

    page = forms.CharField(widget=forms.HiddenInput, required=False)
    useful = forms.ChoiceField(
        label=_("Was the page useful?"),
        choices=[("yes", pgettext_lazy("useful", "Yes")), ("no", pgettext_lazy("useful", "No"))],
        widget=forms.RadioSelect,
        required=False,
    )
    words = forms.CharField(
        label=_("In your own words"),
        help_text=_(
            "What is good, what is missing, what does not work? Do not write anything personal of yourself or"
            " of others here."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=5000,
        required=False,
    )
    about_accessibility = forms.BooleanField(
        label=_("This is about accessibility"),
        help_text=_(
            "Something cannot be used with a screen reader or the keyboard, seen, read or understood."
        ),
        required=False,
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        max_length=254,
        required=False,
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        days = settings.FEEDBACK_KEEP_DAYS
        self.fields["email"].help_text = ngettext(
            "Only if you want an answer. It is used for answering you and for nothing else, and is erased"
            " %(days)s day after your feedback has been dealt with.",
            "Only if you want an answer. It is used for answering you and for nothing else, and is erased"
            " %(days)s days after your feedback has been dealt with.",
            days,
        ) % {"days": days}

    def clean_page(self) -> str:
        return paths.told(self.cleaned_data["page"])

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("words") or "words" in self.errors:
            return told
        if told.get("about_accessibility"):
            self.add_error("words", _("Tell what is not accessible."))
        elif told.get("email"):
            self.add_error("words", _("Tell what you would like an answer to."))
        elif not told.get("useful") and "useful" not in self.errors:
            self.add_error(
                "words", _("Choose yes or no, or write in your own words: nothing has been told yet.")
            )
        return told

    @property
    def kind(self) -> Feedback.Kind:
        is_so = self.cleaned_data.get("about_accessibility")
        return Feedback.Kind.ACCESSIBILITY if is_so else Feedback.Kind.PAGE

    @property
    def told(self) -> str:
        """Everything that was told: the same only when a form is sent once more, unchanged."""
        return "\0".join(str(self.cleaned_data.get(name, "")) for name in self.fields)


class AccessibilityForm(FeedbackForm):
    """What is not accessible: the words are needed, and nothing else is asked."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        del self.fields["useful"], self.fields["about_accessibility"]
        words = self.fields["words"]
        words.required = True
        words.label = _("What is not accessible?")
        words.help_text = _(
            "Tell where it was and what you tried to do. If you like, tell which device and aids you use."
        )
        words.error_messages["required"] = _("Tell what is not accessible.")

    @property
    def kind(self) -> Feedback.Kind:
        return Feedback.Kind.ACCESSIBILITY
