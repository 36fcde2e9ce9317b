"""The grid of one question's figures: a row for each answer, a column for the total and for each group.

What mostly is the same in a column, the base and the precision, is told once, above it. What a single
figure has besides stands in the details of its answer, which are opened one by one; what is not open stays
as it is stored.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from barometer.models import Dimension, Figure, Group, Option, Question, Source, SurveyQuestion
from barometer.workflow import LANGUAGE_NAMES

# Below it, some of the answers to a question with one answer are missing.
LEAST_SUM = Decimal(98)
TEXTS = [f"{name}_{language}" for name in ("words", "note") for language in LANGUAGE_NAMES]
DETAILS = ["base", "precision", "unweighted_share", "low", "high", *TEXTS, "source"]
Place = tuple[int, int | None]


@dataclass(frozen=True)
class Column:
    """The total, or one group."""

    group: Group | None

    @property
    def key(self) -> str:
        return str(self.group.pk) if self.group else "total"

    @property
    def pk(self) -> int | None:
        return self.group.pk if self.group else None

    @property
    def label(self) -> str:
        return self.group.name if self.group else _("Total")


class ShareField(forms.DecimalField):
    """A share in per cent, with a comma or a point, with or without “%”."""

    default_error_messages = {
        "invalid": gettext_lazy("Write a number, such as 79 or 79.5."),
        "min_value": gettext_lazy("A share is between 0 and 100."),
        "max_value": gettext_lazy("A share is between 0 and 100."),
        "max_decimal_places": gettext_lazy("At most two decimals."),
    }

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "size": 6, "autocomplete": "off"})
        super().__init__(
            min_value=0, max_value=100, decimal_places=2, required=False, widget=widget, **options
        )

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        typed = "".join(str(value or "").split()).removesuffix("%").replace(",", ".").replace("−", "-")
        return super().to_python(typed)

    def prepare_value(self, value: Any) -> Any:
        """As one writes it in the page's language, without zeros at the end."""
        if not isinstance(value, Decimal):
            return value
        text = f"{value:.2f}".rstrip("0").rstrip(".")
        return number_format(text, use_l10n=True, force_grouping=False)


class CountField(forms.IntegerField):
    """A number of answers; spaces between thousands are fine."""

    default_error_messages = {"invalid": gettext_lazy("Write a whole number.")}

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "size": 6, "autocomplete": "off"})
        super().__init__(min_value=0, max_value=10**9, required=False, widget=widget, **options)

    def to_python(self, value: Any) -> int | None:
        return super().to_python("".join(str(value if value is not None else "").split()))


class Grid:
    """One question's figures as they are stored, in total and for the groups of ``dimension``."""

    def __init__(self, asked: SurveyQuestion, dimension: Dimension | None) -> None:
        self.asked = asked
        self.options = sorted(
            asked.question.options.all(),
            key=lambda option: (option.role != Option.Role.ANSWER, option.order, option.code),
        )
        self.columns = [Column(None), *map(Column, dimension.groups.all() if dimension else [])]
        self.stored: dict[Place, Figure] = {
            (figure.option_id, figure.group_id): figure
            for figure in asked.figures.select_related("option", "group__dimension", "source")
        }
        for figure in self.stored.values():
            figure.asked = asked

    @cached_property
    def sources(self) -> list[Source]:
        return list(Source.objects.all())

    def at(self, option: Option, column: Column) -> Figure | None:
        return self.stored.get((option.pk, column.pk))

    def of(self, column: Column) -> list[Figure]:
        return [figure for (_option, group), figure in self.stored.items() if group == column.pk]


@dataclass(frozen=True)
class Cell:
    # The answer and the column.
    place: str
    share: BoundField
    seen: BoundField
    # What the figure has besides, in words.
    besides: str


class FiguresForm(forms.Form):
    """The figures of a grid to be typed over; ``opened`` are the options whose details are in the form.

    :meth:`told` and :meth:`removed` are what the action that enters figures takes.
    """

    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    all_seen = forms.BooleanField(
        label=gettext_lazy("I have seen all these figures in their source"), required=False
    )

    def __init__(self, data: Any = None, *, grid: Grid, opened: Iterable[int] = ()) -> None:
        self.grid = grid
        self.opened = [option for option in grid.options if option.pk in set(opened)]
        # Those whose details have to be looked at; known once the form was checked.
        self.to_open: set[int] = set()
        super().__init__(data, initial={"seen_version": grid.asked.survey.version})
        for column in self.grid.columns:
            self._add_column(column)
        for option, column in product(self.grid.options, self.grid.columns):
            self._add_cell(option, column)
        for option, column in product(self.opened, self.grid.columns):
            self._add_details(option, column)

    # Fields ----------------------------------------------------------------

    def _add(self, name: str, field: forms.Field, initial: Any) -> None:
        field.initial = initial
        # Empty is as good an answer as any: no “optional”.
        field.needed = True  # type: ignore[attr-defined]
        self.fields[name] = field

    def _add_column(self, column: Column) -> None:
        figures = self.grid.of(column)
        words = {"column": column.label}
        self._add(
            f"base-{column.key}",
            CountField(label=_("%(column)s: answers behind it") % words),
            _most_common(figure.base for figure in figures),
        )
        self._add(
            f"precision-{column.key}",
            forms.ChoiceField(
                label=_("%(column)s: precision") % words, choices=Figure.Precision.choices, required=False
            ),
            _most_common(figure.precision for figure in figures) or Figure.Precision.ROUNDED,
        )
        self._add(
            f"kept-{column.key}",
            forms.BooleanField(label=_("%(column)s: keep back") % words, required=False),
            any(_is_kept_back(figure) for figure in figures),
        )

    def _add_cell(self, option: Option, column: Column) -> None:
        figure = self.grid.at(option, column)
        words = {"answer": option.label, "column": column.label}
        self._add(
            f"share-{option.pk}-{column.key}",
            ShareField(label=_("%(answer)s, %(column)s: share") % words),
            figure.share if figure else None,
        )
        self._add(
            f"seen-{option.pk}-{column.key}",
            forms.BooleanField(label=_("%(answer)s, %(column)s: seen in the source") % words, required=False),
            figure.is_verified if figure else False,
        )

    def _add_details(self, option: Option, column: Column) -> None:
        initial = self._details_of(option, column)
        sources = [("", _("The edition’s source"))]
        sources += [(str(source.pk), str(source)) for source in self.grid.sources]
        fields: dict[str, forms.Field] = {
            "base": CountField(label=_("Answers behind it"), help_text=_("When other than the column’s.")),
            "precision": forms.ChoiceField(
                label=_("Precision"),
                choices=[("", _("As the column")), *Figure.Precision.choices],
                required=False,
            ),
            "unweighted_share": ShareField(label=_("Unweighted share, %")),
            "low": ShareField(label=_("Lower limit, %")),
            "high": ShareField(label=_("Upper limit, %")),
            "source": forms.ChoiceField(label=_("Source"), choices=sources, required=False),
        }
        for language, spoken in LANGUAGE_NAMES.items():
            fields[f"words_{language}"] = forms.CharField(
                label=_("The source’s words, %(language)s") % {"language": spoken},
                max_length=80,
                required=False,
            )
            fields[f"note_{language}"] = forms.CharField(
                label=_("Note, %(language)s") % {"language": spoken}, max_length=300, required=False
            )
        for name in DETAILS:
            field = fields[name]
            if name in TEXTS:
                field.widget.attrs["lang"] = name[-2:]
            self._add(f"{name}-{option.pk}-{column.key}", field, initial[name])

    def _details_of(self, option: Option, column: Column) -> dict[str, Any]:
        """The details as stored; empty where they are the column's."""
        figure = self.grid.at(option, column)
        if figure is None:
            return dict.fromkeys(DETAILS)
        details = {name: getattr(figure, name) for name in DETAILS if name != "source"}
        details["source"] = str(figure.source_id or "")
        for name in ("base", "precision"):
            if details[name] == self.fields[f"{name}-{column.key}"].initial:
                details[name] = None
        return details

    def stored_details(self, option_pk: int) -> dict[str, Any]:
        """What the fields of the option's details hold at first, as they are sent."""
        [option] = [option for option in self.grid.options if option.pk == option_pk]
        found = {}
        for column in self.grid.columns:
            for name, value in self._details_of(option, column).items():
                text = ShareField().prepare_value(value) if isinstance(value, Decimal) else value
                found[f"{name}-{option.pk}-{column.key}"] = "" if text is None else str(text)
        return found

    # What the page shows ----------------------------------------------------

    def head_rows(self) -> list[tuple[str, list[BoundField]]]:
        """Fields that are told once for each column."""
        titles = {
            "base": _("Answers behind it"),
            "precision": _("Precision"),
            "kept": _("Keep back"),
        }
        return [
            (title, [self[f"{name}-{column.key}"] for column in self.grid.columns])
            for name, title in titles.items()
        ]

    def rows(self) -> Iterator[tuple[Option, list[Cell]]]:
        for option in self.grid.options:
            yield (
                option,
                [
                    Cell(
                        f"{option.label}, {column.label}",
                        self[f"share-{option.pk}-{column.key}"],
                        self[f"seen-{option.pk}-{column.key}"],
                        self._besides(option, column),
                    )
                    for column in self.grid.columns
                ],
            )

    def _besides(self, option: Option, column: Column) -> str:
        figure = self.grid.at(option, column)
        if figure is None or option in self.opened:
            return ""
        details = self._details_of(option, column)
        told = [figure.words, figure.note]
        if details["base"] is not None:
            told.append(_("answers: %(number)s") % {"number": details["base"]})
        if details["precision"]:
            told.append(figure.get_precision_display().lower())
        if figure.share is None and not figure.words:
            told.append(_("not known"))
        if figure.suppression in (Figure.Suppression.SMALL, Figure.Suppression.COMPLEMENTARY):
            told.append(_("not shown"))
        return "; ".join(text for text in told if text)

    def opened_rows(self) -> list[tuple[Option, list[tuple[Column, list[BoundField]]]]]:
        return [
            (
                option,
                [
                    (column, [self[f"{name}-{option.pk}-{column.key}"] for name in DETAILS])
                    for column in self.grid.columns
                ],
            )
            for option in self.opened
        ]

    def closed(self) -> list[Option]:
        return [option for option in self.grid.options if option not in self.opened]

    # Checks -----------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors:
            for figure in self.told():
                self._check(figure)
        return values

    def _check(self, figure: Figure) -> None:
        """What the table demands of one figure, in words; its details are opened where they are at fault."""
        column = Column(figure.group)
        place = f"{figure.option_id}-{column.key}"
        is_open = figure.option in self.opened
        faults: list[tuple[str, str]] = []
        if (figure.low is None) != (figure.high is None):
            faults.append(("low", _("Give both limits or none.")))
        elif not _is_between_its_limits(figure):
            faults.append(("low", _("The share is not between its limits.")))
        if figure.precision == Figure.Precision.WORDED and not all(
            getattr(figure, f"words_{language}") for language in LANGUAGE_NAMES
        ):
            faults.append(("words_fi", _("Tell how the source says it, in each language.")))
        for name, words in faults:
            self.add_error(f"{name}-{place}" if is_open else f"share-{place}", words)
            self.to_open.add(figure.option_id)

    def told(self) -> list[Figure]:
        """The figures as the form tells them, whether they differ from the stored ones or not."""
        return [
            figure
            for option, column in product(self.grid.options, self.grid.columns)
            if (figure := self._figure(option, column)) is not None
        ]

    def removed(self) -> list[Figure]:
        """Stored figures whose cell was emptied."""
        kept = {(figure.option_id, figure.group_id) for figure in self.told()}
        columns = {column.pk for column in self.grid.columns}
        return [
            figure for place, figure in self.grid.stored.items() if place[1] in columns and place not in kept
        ]

    def _figure(self, option: Option, column: Column) -> Figure | None:
        values = self.cleaned_data
        stored = self.grid.at(option, column)
        share = values[f"share-{option.pk}-{column.key}"]
        details = self._typed_details(option, column, stored)
        if share is None and not any(details[name] for name in TEXTS):
            was_known = stored is not None and stored.share is not None
            if stored is None or was_known:
                return None
        figure = copy(stored) if stored else Figure(asked=self.grid.asked, option=option, group=column.group)
        figure.share = share
        for name, value in details.items():
            setattr(figure, name, value)
        figure.is_verified = values["all_seen"] or values[f"seen-{option.pk}-{column.key}"]
        kept = values[f"kept-{column.key}"]
        if stored and kept == self.fields[f"kept-{column.key}"].initial:
            kept = _is_kept_back(stored)
        figure.suppression = Figure.Suppression.BY_EDITOR if kept else Figure.Suppression.NONE
        return figure

    def _typed_details(self, option: Option, column: Column, stored: Figure | None) -> dict[str, Any]:
        """The details: as typed when open, as stored when not; the column's where they are empty."""
        values = self.cleaned_data
        if option in self.opened:
            typed = {name: values[f"{name}-{option.pk}-{column.key}"] for name in DETAILS}
        else:
            typed = self._details_of(option, column)
        source = typed.pop("source")
        own_base, own_precision = typed["base"], typed["precision"]
        if option not in self.opened and stored and stored.base is None:
            # Not told for this figure, though for others of the column: so it stays.
            differs = self.fields[f"base-{column.key}"].initial is not None
            typed["base"] = None if differs else values[f"base-{column.key}"]
        else:
            typed["base"] = values[f"base-{column.key}"] if own_base is None else own_base
        typed["precision"] = own_precision or values[f"precision-{column.key}"] or Figure.Precision.ROUNDED
        for name in TEXTS:
            typed[name] = typed[name] or ""
        return {**typed, "source_id": int(source) if source else None}


def _most_common(values: Iterable[Any]) -> Any:
    counted = Counter(values).most_common(1)
    return counted[0][0] if counted else None


def _is_between_its_limits(figure: Figure) -> bool:
    if figure.low is None or figure.high is None:
        return True
    return figure.share is not None and figure.low <= figure.share <= figure.high


def _is_kept_back(figure: Figure) -> bool:
    return figure.suppression == Figure.Suppression.BY_EDITOR


# What is told before saving -----------------------------------------------------


def warnings(asked: SurveyQuestion, columns: list[Column], figures: list[Figure]) -> Iterator[str]:
    """What looks wrong and may be right: somebody has to say so before it is saved."""
    for column in columns:
        found = [figure for figure in figures if figure.group_id == column.pk and figure.share is not None]
        if found:
            yield from _of_sum(column, found, asked.question)
        for figure in found:
            has_decimals = figure.share % 1 != 0  # type: ignore[operator]
            if has_decimals and figure.precision == Figure.Precision.ROUNDED:
                yield _("%(answer)s, %(column)s: the share has decimals but is marked as rounded.") % {
                    "answer": figure.option.label,
                    "column": column.label,
                }
    yield from _of_bases(columns, figures)


def _of_sum(column: Column, figures: list[Figure], question: Question) -> Iterator[str]:
    """Where each gives one answer, or at most so many, the shares make so much together and no more."""
    most = 1 if question.sums_to_all else question.most_answers
    total = sum((figure.share for figure in figures if figure.share is not None), Decimal(0))
    words = {"column": column.label, "sum": ShareField().prepare_value(total), "most": most}
    if most and total > 100 * most:
        yield (
            ngettext(
                "%(column)s: the answers make %(sum)s %% together, though each gave one.",
                "%(column)s: the answers make %(sum)s %% together, though each gave at most %(most)s.",
                most,
            )
            % words
        )
    knows_all = all(figure.option.role != Option.Role.DONT_KNOW for figure in figures)
    if question.sums_to_all and total < LEAST_SUM and knows_all:
        yield (
            _(
                "%(column)s: the answers make only %(sum)s %% together, and none of them is “don’t know”. "
                "Is one missing?"
            )
            % words
        )


def _of_bases(columns: list[Column], figures: list[Figure]) -> Iterator[str]:
    """Groups do not overlap, so they cannot have more answers together than the total."""
    bases: dict[int | None, int] = {}
    for figure in figures:
        if figure.base is not None:
            bases[figure.group_id] = max(figure.base, bases.get(figure.group_id, 0))
    together = sum(base for group, base in bases.items() if group is not None)
    if None in bases and together > bases[None]:
        yield _("The groups have more answers together (%(groups)s) than the total (%(total)s).") % {
            "groups": together,
            "total": bases[None],
        }
