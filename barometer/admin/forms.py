"""Forms about an edition: what is told of it, and of each question that it asked."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from barometer import series, workflow
from barometer.models import Question, Survey, SurveyQuestion

from .base import SectionedForm, Sections, checked_key, field_names

SURVEY_SECTIONS: Sections = (
    (gettext_lazy("Identity"), ("key", "name*", "country", "sector", "year", "publisher")),
    (
        gettext_lazy("Who was asked"),
        (
            "period*",
            "period_years",
            "fieldwork*",
            "unit_asked",
            "who_asked*",
            "design",
            "invited",
            "answered",
            "respondents",
            "response_rate",
        ),
    ),
    (gettext_lazy("What readers need"), ("findings*", "caveat*", "method*", "weighting*")),
    (gettext_lazy("Source"), ("source",)),
)
# What the next edition has in common with the one before it.
TAKEN_OVER = (
    "country",
    "sector",
    "publisher",
    "unit_asked",
    "design",
    *(
        f"{name}_{language}"
        for name in ("name", "who_asked", "method", "weighting", "caveat")
        for language in workflow.LANGUAGE_NAMES
    ),
)


class SurveyForm(SectionedForm):
    """What is told of an edition. A published one keeps its key and all that readers need."""

    sections = SURVEY_SECTIONS
    hints = {
        "name": gettext_lazy("What readers call it: country, sector and year."),
        "sector": gettext_lazy("Whose innovations it asks about."),
        "fieldwork": gettext_lazy("As shown: “September to October 2021”."),
        "unit_asked": gettext_lazy(
            "Whether whole organisations or workplaces answered: their shares cannot be compared."
        ),
        "who_asked": gettext_lazy("In words: which organisations, and who in them."),
        "design": gettext_lazy("Whether everybody was asked, or a sample."),
        "invited": gettext_lazy("How many were asked to answer."),
        "answered": gettext_lazy("How many of them did."),
        "response_rate": gettext_lazy("As the publisher tells it."),
        "weighting": gettext_lazy("How answers were weighted; empty when they were not, or it is not told."),
        "publisher": gettext_lazy("Who publishes the results."),
        "source": gettext_lazy("Where all that is told here was read."),
    }

    class Meta:
        model = Survey
        fields = field_names(SURVEY_SECTIONS)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["name_fi"].required = True
        for name in self._needed():
            self.fields[name].needed = True  # type: ignore[attr-defined]
        key = self.fields["key"]
        if self.instance.published_at:
            key.disabled = True
            key.help_text = _("It is in public addresses and no longer changes.")
        else:
            key.help_text = _("Part of its address: “fi-state-2026”. Once published it no longer changes.")

    def _needed(self) -> list[str]:
        texts = [
            f"{name}_{language}" for name in workflow.NEEDED_TEXTS for language in workflow.LANGUAGE_NAMES
        ]
        return [*texts, "source", "unit_asked"]

    def clean_key(self) -> str:
        key = checked_key(self.cleaned_data["key"])
        if key in (series.NORDIC, series.COMPARE):
            raise forms.ValidationError(_("Another page has this address. Choose another key."))
        return key

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        invited, answered = values.get("invited"), values.get("answered")
        if invited is not None and answered is not None and answered > invited:
            self.add_error("answered", _("More have answered than were invited."))
        if self.instance.is_public:
            for name in self._needed():
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, _("Readers of a published edition need this."))
        return values


class EditionField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Survey) -> str:
        return _("as in “%(edition)s”") % {"edition": obj}


class BeginForm(SurveyForm):
    """A new edition, which asks what an earlier one did or what is in the question bank."""

    after = EditionField(
        label=gettext_lazy("Its questions are"),
        queryset=Survey.objects.order_by("country", "sector", "-year"),
        empty_label=gettext_lazy("those of the question bank"),
        help_text=gettext_lazy("You can add and remove questions afterwards."),
        required=False,
    )
    sections = (*SURVEY_SECTIONS, (gettext_lazy("Questions"), ("after",)))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["after"].needed = True  # type: ignore[attr-defined]


ASKED_SECTIONS: Sections = (
    (gettext_lazy("As this edition asked"), ("wording*", "is_verbatim", "asked_of*", "note*")),
)


class AskedForm(SectionedForm):
    """How an edition asked a question."""

    sections = ASKED_SECTIONS

    class Meta:
        model = SurveyQuestion
        fields = field_names(ASKED_SECTIONS)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        wordings = [values.get(f"wording_{language}") for language in workflow.LANGUAGE_NAMES]
        if values.get("is_verbatim") and not any(wordings):
            self.add_error("is_verbatim", _("Write the wording first: without it, ours is shown."))
        return values


class QuestionsForm(forms.Form):
    """Which questions an edition asks, and in which order: a number for each, none for those left out."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, survey: Survey, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.initial = {"seen_version": survey.version}
        asked = list(survey.asked.values_list("question_id", flat=True))
        self._questions = {question.pk: question for question in Question.objects.all()}
        for pk, question in self._questions.items():
            self.fields[f"place-{pk}"] = forms.IntegerField(
                label=_("Place of “%(question)s”") % {"question": question},
                widget=forms.NumberInput(attrs={"class": "place"}),
                min_value=1,
                max_value=9999,
                required=False,
                initial=asked.index(pk) + 1 if pk in asked else None,
            )
        self._asked = asked

    def _rows(self, *, asked: bool, in_bank: bool | None = None) -> list[dict[str, Any]]:
        questions = [
            question
            for question in self._questions.values()
            if (question.pk in self._asked) == asked and in_bank in (None, question.in_bank)
        ]
        if asked:
            questions.sort(key=lambda question: self._asked.index(question.pk))
        return [{"question": question, "field": self[f"place-{question.pk}"]} for question in questions]

    def tables(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Those asked in their order, then those that can be added."""
        return [
            (_("Asked in this edition"), self._rows(asked=True)),
            (_("In the question bank"), self._rows(asked=False, in_bank=True)),
            (_("Of other editions"), self._rows(asked=False, in_bank=False)),
        ]

    def chosen(self) -> list[Question]:
        """The questions in their new order; of two with the same number, the one that was before stays so."""
        places = {
            question: self.cleaned_data[f"place-{pk}"]
            for pk, question in self._questions.items()
            if self.cleaned_data[f"place-{pk}"] is not None
        }
        old = {pk: place for place, pk in enumerate(self._asked)}
        return sorted(places, key=lambda question: (places[question], old.get(question.pk, len(old))))
