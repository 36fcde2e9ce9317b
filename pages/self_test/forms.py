"""The form of the test of one's own organisation, made from the question bank."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField, BoundWidget
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from barometer import self_test
from barometer.models import Factor, Option, Question, Survey

# More columns than this nobody can read side by side.
MOST_EDITIONS = 6


class BoxesField(forms.MultipleChoiceField):
    """Several answers, each once, however often the address repeats it."""

    widget = forms.CheckboxSelectMultiple

    def to_python(self, value: Any) -> list[str]:
        return list(dict.fromkeys(super().to_python(value)))


class ChoicesField(BoxesField):
    """Several answers; one that says nothing, or that none fits, stands alone."""

    def __init__(self, *, options: Sequence[Option], most: int | None = None, **arguments: Any) -> None:
        super().__init__(choices=[(option.code, option.label) for option in options], **arguments)
        self.most = most
        self.standing_alone = {
            option.code: option.label for option in options if option.role != Option.Role.ANSWER
        }

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        alone = next((code for code in value if code in self.standing_alone), None)
        if alone and len(value) > 1:
            raise ValidationError(
                _("Choose either “%(answer)s” or the other answers, not both.")
                % {"answer": self.standing_alone[alone]}
            )
        if self.most and len(value) > self.most:
            raise ValidationError(
                ngettext("Choose at most %(count)s.", "Choose at most %(count)s.", self.most)
                % {"count": self.most}
            )


class SelfTestForm(forms.Form):
    """The questions of the test in their order. Only the first must be answered.

    ``options`` are those of the bank with their questions and factors, ``surveys`` the editions that the
    answers can be compared with.
    """

    def __init__(
        self, *args: Any, options: Iterable[Option], surveys: Sequence[Survey], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.options = list(options)
        by_question: dict[str, list[Option]] = {}
        for option in self.options:
            by_question.setdefault(option.question.key, []).append(option)
        self.questions = [by_question[key][0].question for key in self_test.QUESTIONS if by_question.get(key)]
        self.factors: list[Factor] = []
        for question in self.questions:
            if question.key == self_test.FACTORS:
                self._add_factors(by_question[question.key])
            else:
                self._add(question, by_question[question.key])
        self.fields["edition"] = BoxesField(
            choices=[(survey.key, survey.name) for survey in surveys],
            label=gettext_lazy("Compare with"),
            required=False,
            error_messages={
                "invalid_choice": gettext_lazy(
                    "There is no edition “%(value)s” to compare with. Choose again."
                )
            },
        )
        self.surveys = {survey.key: survey for survey in surveys}

    def _add(self, question: Question, options: list[Option]) -> None:
        asked = [option for option in options if self_test.is_asked(question.key, option.code)]
        is_first = question.key == self_test.FIRST
        arguments: dict[str, Any] = {
            "label": question.wording,
            "required": is_first,
            "error_messages": {
                "required": gettext_lazy("Answer the first question: the others depend on it."),
                "invalid_choice": gettext_lazy(
                    "The address holds an answer that this question does not have: “%(value)s”. Choose again."
                ),
            },
        }
        if question.kind == Question.Kind.MULTI:
            self.fields[question.key] = ChoicesField(options=asked, most=question.most_answers, **arguments)
        else:
            self.fields[question.key] = forms.ChoiceField(
                choices=[(option.code, option.label) for option in asked],
                widget=forms.RadioSelect,
                **arguments,
            )
        # The page says once which question must be answered: "(optional)" beside all others would not help.
        cast(Any, self.fields[question.key]).needed = True

    def _add_factors(self, options: list[Option]) -> None:
        self.factors = list({option.factor.pk: option.factor for option in options if option.factor}.values())
        choices = [(factor.key, factor.name) for factor in self.factors]
        for name, label in (
            (self_test.PROMOTES, gettext_lazy("Promoted")),
            (self_test.HINDERS, gettext_lazy("Hindered")),
        ):
            self.fields[name] = BoxesField(
                choices=choices,
                label=label,
                required=False,
                error_messages={
                    "invalid_choice": gettext_lazy(
                        "The address names a factor that there is not: “%(value)s”. Choose again."
                    )
                },
            )

    @property
    def rows(self) -> Iterator[tuple[Factor, BoundWidget, BoundWidget]]:
        """Each factor with its two boxes, beside one another."""
        yield from zip(self.factors, self[self_test.PROMOTES], self[self_test.HINDERS], strict=True)

    @property
    def asked(self) -> Iterator[tuple[Question, BoundField | None]]:
        """The questions in their order, each with its field; that about factors has ``rows`` instead."""
        for question in self.questions:
            yield question, None if question.key == self_test.FACTORS else self[question.key]

    def clean_edition(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["edition"]
        if len(chosen) > MOST_EDITIONS:
            raise ValidationError(
                ngettext(
                    "Choose at most %(count)s edition.", "Choose at most %(count)s editions.", MOST_EDITIONS
                )
                % {"count": MOST_EDITIONS}
            )
        return chosen

    @property
    def chosen_editions(self) -> list[str]:
        """The editions that the form carries along while the answers are changed."""
        chosen = self._sent("edition") if self.is_bound else self.initial.get("edition", [])
        return [key for key in chosen if key in self.surveys and not self["edition"].errors]

    @property
    def answers(self) -> dict[str, tuple[str, ...]]:
        """The answers given, by parameter; for a valid form."""
        given: dict[str, tuple[str, ...]] = {}
        for name in self_test.parameters():
            value = self.cleaned_data.get(name)
            if value:
                given[name] = (value,) if isinstance(value, str) else tuple(value)
        return given

    @property
    def known_answers(self) -> dict[str, tuple[str, ...]]:
        """Of answers kept earlier, those that the bank still has, whether or not the form is valid."""
        known = {
            name: tuple(code for code in self._sent(name) if code in self.labels(name))
            for name in self_test.parameters()
            if name in self.fields
        }
        return {name: codes for name, codes in known.items() if codes}

    @property
    def known_editions(self) -> list[str]:
        return [key for key in self._sent("edition") if key in self.surveys]

    def labels(self, name: str) -> dict[str, str]:
        """The answers to choose from, each code with its label."""
        return {code: str(label) for code, label in cast(Any, self.fields[name]).choices}

    def _sent(self, name: str) -> list[str]:
        return cast(QueryDict, self.data).getlist(name)
