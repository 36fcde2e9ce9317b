"""The steps of telling, each filled from a revision's content and giving a new content back.

Nothing that is merely missing stops a draft from being saved. What cannot be kept as it was typed (a year
in letters) is told of, and all the rest is kept.
"""

import datetime
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django_countries import countries

from accounts.register import OrganisationField, Register
from cases import content as contents
from cases.models import Language, Upload
from cases.schema import BY_NAME, TEXT_FIELDS, Field, Place, Section, fields_of
from common.uploads import PreparedFile
from taxonomy.models import Term, Vocabulary

from .fields import TextField, WebAddressField, YearField
from .rows import ROW_FORMS, FileRow, Rows, rows

Content = contents.Content

LONGEST_NAMED_CONTACT = datetime.timedelta(days=2 * 365)
# Lists this long are folded away until somebody opens them.
FOLDED = frozenset({Vocabulary.REGION, Vocabulary.TECHNOLOGY, Vocabulary.SDG, Vocabulary.TAG})


def fingerprint(part: Any) -> str:
    """Short for a part of a content: two that are the same have the same."""
    return hashlib.sha256(json.dumps(part, sort_keys=True).encode()).hexdigest()[:16]


def seen(content: Content, section: Section) -> str:
    """The fingerprint of what a step asks for: it changes when somebody saves something else there."""
    return fingerprint(
        [
            contents.organisations_of(content, field.name)
            if field.place is Place.ORGANISATIONS
            else contents.value_of(content, field)
            for field in fields_of(section)
        ]
    )


# The fields of a section ------------------------------------------------------


def _form_field(field: Field, language: str) -> forms.Field:
    """The form's field for one field of the schema; a draft may lack any of them."""
    options: dict[str, Any] = {"label": field.label, "help_text": field.hint}
    built: forms.Field
    match field:
        case Field(place=Place.TEXT):
            built = TextField(language=language, rows=field.rows, longest=field.max_length, **options)
        case Field(place=Place.TERMS):
            built = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, **options)
        case Field(place=Place.ORGANISATIONS):
            built = OrganisationField(**options)
        case Field(name="country"):
            built = forms.ChoiceField(choices=countries, **options)
        case Field(name="started_year" | "ended_year"):
            built = YearField(**options)
        case Field(name="website"):
            built = WebAddressField(**options)
        case Field(name="email"):
            built = forms.EmailField(max_length=field.max_length, **options)
        case Field(name="name_until"):
            built = forms.DateField(
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                input_formats=["%Y-%m-%d", "%d.%m.%Y"],
                **options,
            )
        case Field(choices=choices) if choices is not None:
            built = forms.ChoiceField(choices=choices.choices, widget=forms.RadioSelect, **options)
        case _:
            built = forms.CharField(max_length=field.max_length, **options)
    built.required = False
    built.needed = field.required  # type: ignore[union-attr]
    return built


def _term_choices(chosen: Mapping[str, Iterable[str]]) -> dict[str, list[tuple[str, str | SafeString]]]:
    """The terms that may be chosen, and those that are chosen already, by vocabulary."""
    kept = Q()
    for vocabulary, codes in chosen.items():
        kept |= Q(vocabulary=vocabulary, code__in=codes)
    choices: dict[str, list[tuple[str, str | SafeString]]] = {name: [] for name in Vocabulary.values}
    for term in Term.objects.filter(Q(is_active=True) | kept):
        choices[term.vocabulary].append((term.code, _term_label(term)))
    return choices


def _term_label(term: Term) -> str | SafeString:
    if term.vocabulary == Vocabulary.PRINCIPLE:
        return render_to_string("cases/submit/principle_choice.html", {"principle": term})
    if term.description:
        return format_html('{} <span class="hint">{}</span>', term.name, term.description)
    return term.name


class SectionForm(forms.Form):
    """The fields of one section, but for its lists of rows."""

    def __init__(self, *args: Any, step: "Step", **options: Any) -> None:
        super().__init__(*args, **options)
        self.step = step
        self.kept_texts: dict[str, str] = {}
        for field in step.fields:
            self.fields[field.name] = _form_field(field, step.content["original_language"])
            self.initial[field.name] = contents.value_of(step.content, field)
        if "owner" in self.fields:
            owner = contents.organisations_of(step.content, "owner")
            self.initial["owner"] = step.register.words_for(owner[0]) if owner else ""
        if step.section is Section.FACTS:
            for vocabulary, choices in _term_choices(step.content["terms"]).items():
                self.fields[vocabulary].choices = choices  # type: ignore[attr-defined]

    def clean_name_until(self) -> datetime.date | None:
        until: datetime.date | None = self.cleaned_data["name_until"]
        today = timezone.localdate()
        if until is not None and not today < until <= today + LONGEST_NAMED_CONTACT:
            raise ValidationError(_("Give a day after today and at most two years from now."))
        return until

    def clean(self) -> None:
        started, ended = (self.cleaned_data.get(name) for name in ("started_year", "ended_year"))
        if started and ended and ended < started:
            self.add_error("ended_year", _("It cannot end before it begins."))
        has_name, until = self.cleaned_data.get("name"), self.cleaned_data.get("name_until")
        if has_name and not until and "name_until" not in self.errors:
            self.add_error("name_until", _("Tell until which day the contact person is shown."))
        for name, field in self.fields.items():
            if isinstance(field, TextField):
                self.kept_texts[name] = self.cleaned_data.get(name, "")
                if message := field.too_long(self.kept_texts[name]):
                    self.add_error(name, message)

    def write(self, content: Content) -> None:
        """Write into ``content`` what was typed and can be kept."""
        text = content["texts"].setdefault(content["original_language"], {})
        text.update(self.kept_texts)
        for field in self.step.fields:
            if field.name not in self.cleaned_data or field.name == "original_language":
                continue
            value = self.cleaned_data[field.name]
            match field.place:
                case Place.TEXT:
                    pass
                case Place.TERMS:
                    content["terms"][field.name] = value
                case Place.CONTACT:
                    content["contact"][field.name] = str(value) if value else None
                case Place.ORGANISATIONS:
                    content["owner"] = self.step.register.find(value, content["owner"])
                    content["owner_name"] = "" if content["owner"] else value
                case _:
                    content[field.name] = value


class Step:
    """Everything that one step asks for. ``content`` is what is saved; ``data`` is what was typed now."""

    def __init__(
        self,
        section: Section,
        content: Content,
        *,
        data: Any = None,
        files: Any = None,
        uploads: Iterable[Upload] = (),
    ) -> None:
        self.section, self.content = section, contents.normalised(content)
        self.uploads = {upload.pk: upload for upload in uploads}
        self.fields = [field for field in fields_of(section) if field.name not in ROW_FORMS]
        self.form = SectionForm(data, step=self)
        self.row_sets: dict[str, Rows] = {}
        for field in fields_of(section):
            for prefix, form in ROW_FORMS.get(field.name, ()):
                self.row_sets[prefix] = rows(form, prefix, self._stored(prefix), self, data, files)
        if adoptions := self.row_sets.get("adoptions"):
            names = [form["organisation"].value() for form in adoptions]
            for index, form in enumerate(adoptions):
                form.offer_followed(names[:index])

    @cached_property
    def register(self) -> Register:
        return Register()

    def _stored(self, prefix: str) -> list[Content]:
        if prefix == "partners":
            return [
                {
                    "organisation": named if isinstance(named, int) else None,
                    "organisation_name": named if isinstance(named, str) else "",
                }
                for named in contents.organisations_of(self.content, "partners")
            ]
        if prefix in self.content:
            stored: list[Content] = self.content[prefix]
            return stored
        kind = dict(ROW_FORMS["materials"])[prefix].constants["kind"]
        return [row for row in self.content["materials"] if row["kind"] == kind]

    @property
    def forms(self) -> list[Any]:
        return [self.form, *self.row_sets.values()]

    @property
    def parts(self) -> Iterator[dict[str, Any]]:
        """What the page shows, in the order of the schema."""
        for field in fields_of(self.section):
            lists = [self.row_sets[prefix] for prefix, _form in ROW_FORMS.get(field.name, ())]
            yield {
                "field": field,
                "bound": None if lists else self.form[field.name],
                "row_sets": lists,
                "is_folded": field.name in FOLDED,
                "is_unfolded": field.name in FOLDED and bool(contents.value_of(self.content, field)),
            }

    def is_valid(self) -> bool:
        # Each of them is asked, so that all that is to be mended is told at once.
        answers = [form.is_valid() for form in self.forms]
        return all(answers)

    def keep_files(self, add: Callable[[PreparedFile], Upload]) -> None:
        """Hand every new file to ``add``, so that it is not lost when something else has to be mended."""
        for row_set in self.row_sets.values():
            for form in row_set.told.values():
                if isinstance(form, FileRow):
                    form.keep_file(add)

    def merged(self) -> Content:
        """The content with what was typed and can be kept; call it after ``is_valid`` and ``keep_files``."""
        content = deepcopy(self.content)
        self.form.write(content)
        written = {prefix: row_set.content for prefix, row_set in self.row_sets.items()}
        if "partners" in written:
            named = [row["organisation"] or row["organisation_name"] for row in written["partners"]]
            content["partners"] = [one for one in dict.fromkeys(named) if isinstance(one, int)]
            content["partner_names"] = [one for one in dict.fromkeys(named) if isinstance(one, str)]
        if "evidence" in written:
            content["evidence"] = written["evidence"]
            content["adoptions"] = self._adoptions()
            content["materials"] = [
                row for prefix, _form in ROW_FORMS["materials"] for row in written[prefix]
            ]
        language = self.form.cleaned_data.get("original_language")
        if language:
            content = contents.with_original_language(content, language)
        return contents.normalised(content)

    def _adoptions(self) -> list[Content]:
        """Rows point to each other by their place in the list, which is not that on the page."""
        row_set = self.row_sets["adoptions"]
        places = {index: place for place, index in enumerate(row_set.told)}
        return [{**row, "follows": places.get(row["follows"])} for row in row_set.content]


# Translations -----------------------------------------------------------------


class TranslationForm(forms.Form):
    """The texts in another language than the original, beside which the original stands."""

    def __init__(self, *args: Any, content: Content, language: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.content, self.language = contents.normalised(content), language
        self.original_language: str = self.content["original_language"]
        self.kept_texts: dict[str, str] = {}
        for field in TEXT_FIELDS:
            original = contents.value_of(self.content, field)
            text = contents.value_of(self.content, field, language)
            if original or text or field.name == "title":
                self._add(field.name, field.label, original, text, field.rows, field.max_length)
        for name, words, label, longest in _worded_rows(self.content):
            original = words.get(self.original_language, "")
            self._add(name, label, original, words.get(language, ""), 1, longest)

    def _add(
        self, name: str, label: Any, original: str, text: str, rows_shown: int, longest: int | None
    ) -> None:
        field = TextField(language=self.language, rows=rows_shown, longest=longest, label=label)
        field.needed = True  # type: ignore[attr-defined]
        field.original = original  # type: ignore[attr-defined]
        self.fields[name], self.initial[name] = field, text

    @property
    def seen(self) -> str:
        """Changes when somebody saves another translation, or another original."""
        texts = [self.content["texts"].get(name) for name in (self.original_language, self.language)]
        return fingerprint([texts, [words for _name, words, *_rest in _worded_rows(self.content)]])

    def clean(self) -> None:
        for name, field in self.fields.items():
            self.kept_texts[name] = self.cleaned_data.get(name, "")
            if isinstance(field, TextField) and (message := field.too_long(self.kept_texts[name])):
                self.add_error(name, message)
        if any(self.kept_texts.values()) and not self.kept_texts["title"]:
            self.add_error("title", _("Give the innovation a name in this language, too."))

    def merged(self) -> Content:
        """The content with the translation; a language in which nothing is told goes."""
        content = deepcopy(self.content)
        text = {name: self.kept_texts[name] for name in self.fields if name in BY_NAME}
        content["texts"][self.language] = {**content["texts"].get(self.language, {}), **text}
        if not any(content["texts"][self.language].values()):
            del content["texts"][self.language]
        for name, words, *_rest in _worded_rows(content):
            words.pop(self.language, None)
            if self.kept_texts[name]:
                words[self.language] = self.kept_texts[name]
        return contents.normalised(content)


def _worded_rows(content: Content) -> Iterator[tuple[str, dict[str, str], str, int]]:
    """Rows that have words in several languages: name of the input, the words, label, longest text."""
    for index, row in enumerate(content["evidence"]):
        if row["label"]:
            yield f"label-{index}", row["label"], _("What was counted"), 200
    for index, row in enumerate(content["materials"]):
        if row["alt"]:
            yield f"alt-{index}", row["alt"], _("What the picture shows"), 500


def other_languages(content: Content) -> list[Language]:
    """The languages that the innovation can be translated into."""
    return [language for language in Language if language != content["original_language"]]
