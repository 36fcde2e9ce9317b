"""Lists of rows within a step: effects, adopters, pictures, files, links, partners."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.register import OrganisationField
from cases import content as contents
from cases.models import Adoption, Established, Evidence, Language, Material, Upload
from common import uploads
from common.uploads import PreparedFile

from .fields import CountField, FigureField, WebAddressField, YearField

if TYPE_CHECKING:
    from .steps import Step

Content = contents.Content

EMPTY_ROWS = 3
# All lists of a step together stay below Django's limit to the inputs of one request.
MOST_ROWS = 30
# Enough for any innovation; files that were replaced count, too.
MOST_FILES = 60
MOST_BYTES = 200 * 1024 * 1024


class RowForm(forms.Form):
    """One row of a list. A row in which nothing is told is no row.

    ``columns`` are those of the content's row; ``constants`` are what all rows of the form have in common.
    """

    list_name: ClassVar[str]
    list_title: ClassVar[Any]
    add_label: ClassVar[Any]
    columns: ClassVar[tuple[str, ...]]
    # Columns that the row may lack when the innovation is submitted.
    optional: ClassVar[tuple[str, ...]] = ()
    constants: ClassVar[Mapping[str, Any]] = {}
    model: ClassVar[type[Model] | None] = None

    def __init__(self, *args: Any, stored: Content, step: "Step", **options: Any) -> None:
        super().__init__(*args, **options)
        self.stored, self.step = stored, step
        self.row: Content = {}
        for name, field in self.fields.items():
            if self.model is not None and not field.label and name in self.columns:
                field.label = capfirst(self.model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            field.required = False
            field.needed = name not in self.optional  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, row: Content, step: "Step") -> dict[str, Any]:
        """What the form shows of a stored row."""
        return {name: row[name] for name in cls.columns}

    def read(self) -> Content:
        """The row as it was typed, without what cannot be kept."""
        return {**self.constants, **{name: self.cleaned_data.get(name) for name in self.columns}}

    def clean(self) -> None:
        row = self.read()
        if not self.is_told(row):
            return
        self.row = row
        if self.is_removed:
            return
        for column, message in contents.faults_of_row(self.list_name, row):
            if self.field_of(column) not in self.errors:
                self.add_error(self.field_of(column), message)

    def is_told(self, row: Content) -> bool:
        return any(row[name] for name in self.columns)

    def field_of(self, column: str) -> str:
        """The field that answers for ``column``."""
        return column

    @property
    def is_removed(self) -> bool:
        return bool(self.cleaned_data.get("DELETE"))

    @property
    def heading(self) -> str:
        """What the row is, in a few words; empty for a new one."""
        return str(self[self.columns[0]].value() or "")

    @property
    def is_open(self) -> bool:
        """Whether the page shows the row unfolded."""
        return bool(self.errors)


class Rows(BaseFormSet):
    """The rows of one list: those that are stored, then empty ones."""

    form: type[RowForm]

    def __init__(self, *args: Any, stored: list[Content], step: "Step", **options: Any) -> None:
        self.stored, self.step = stored, step
        super().__init__(*args, **options)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        is_stored = index is not None and index < min(self.initial_form_count(), len(self.stored))
        return {"stored": self.stored[index or 0] if is_stored else {}, "step": self.step}

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        if index is not None and index < self.initial_form_count():
            form.fields["DELETE"].label = _("Remove this")
        else:
            del form.fields["DELETE"]

    @property
    def title(self) -> Any:
        return self.form.list_title

    @property
    def add_label(self) -> Any:
        return self.form.add_label

    @property
    def told(self) -> dict[int, RowForm]:
        """The rows to keep, by their place on the page."""
        return {index: form for index, form in enumerate(self.forms) if form.row and not form.is_removed}

    @property
    def content(self) -> list[Content]:
        """The rows to keep, as a revision's content holds them."""
        # Of a page that came back in pieces nothing is read.
        return [form.row for form in self.told.values()] if self.management_form.is_valid() else self.stored

    @property
    def stored_forms(self) -> list[RowForm]:
        return self.forms[: self.initial_form_count()]

    @property
    def new_forms(self) -> list[RowForm]:
        return self.forms[self.initial_form_count() :]


def rows(
    form: type[RowForm], prefix: str, stored: list[Content], step: "Step", data: Any, files: Any
) -> Rows:
    """The rows of one list, filled with what is ``stored`` and, when saved, with what was typed."""
    made = formset_factory(
        form,
        formset=Rows,
        extra=EMPTY_ROWS,
        can_delete=True,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS,
        validate_max=True,
    )
    initial = [form.initial_of(row, step) for row in stored]
    return made(data, files, prefix=prefix, initial=initial, stored=stored, step=step)  # type: ignore[call-arg,return-value]


# What the rows are ------------------------------------------------------------


class NamedOrganisation(RowForm):
    """A row that names an organisation: of the register, or one that it does not have yet."""

    @classmethod
    def initial_of(cls, row: Content, step: "Step") -> dict[str, Any]:
        named = row["organisation"] or row["organisation_name"]
        return {**super().initial_of(row, step), "organisation": step.register.words_for(named)}

    def read(self) -> Content:
        row = super().read()
        name = self.cleaned_data.get("organisation", "")
        found = self.step.register.find(name, self.stored.get("organisation"))
        return {**row, "organisation": found, "organisation_name": "" if found else name}

    def is_told(self, row: Content) -> bool:
        return bool(row["organisation_name"]) or super().is_told(row)

    @property
    def is_not_in_register(self) -> bool:
        return bool(self.stored.get("organisation_name"))


class Worded(RowForm):
    """A row one column of which has a text in each language; here the original's is told.

    The row carries the others along: its place among the stored rows says nothing once rows are removed.
    """

    worded: ClassVar[str]

    translations = forms.JSONField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.language: str = self.step.content["original_language"]
        self.fields[self.worded].widget.attrs["lang"] = self.language

    @classmethod
    def initial_of(cls, row: Content, step: "Step") -> dict[str, Any]:
        texts = dict(row[cls.worded])
        original = texts.pop(step.content["original_language"], "")
        return {**super().initial_of(row, step), cls.worded: original, "translations": texts}

    def clean_translations(self) -> dict[str, str]:
        sent = self.cleaned_data["translations"]
        limit = self.fields[self.worded].max_length  # type: ignore[attr-defined]
        return {
            language: text
            for language, text in (sent.items() if isinstance(sent, dict) else ())
            if language in Language.values and isinstance(text, str) and 0 < len(text) <= limit
        }

    def read(self) -> Content:
        row = super().read()
        text = {self.language: row[self.worded]} if row[self.worded] else {}
        return {**row, self.worded: {**self.cleaned_data.get("translations", {}), **text}}


class PartnerRow(NamedOrganisation):
    list_name = "partners"
    list_title = gettext_lazy("Partner organisations")
    add_label = gettext_lazy("Add a partner organisation")
    columns = ("organisation",)
    optional = ("organisation",)

    organisation = OrganisationField(label=gettext_lazy("Name of the organisation"))


class EvidenceRow(Worded):
    worded = "label"
    list_name = "evidence"
    list_title = gettext_lazy("Effects in figures")
    add_label = gettext_lazy("Add an effect")
    columns = (
        "kind",
        "label",
        "value",
        "unit",
        "period",
        "baseline",
        "established",
        "respondents",
        "source",
        "source_url",
    )
    optional = ("label", "period", "baseline", "respondents", "source_url")
    model = Evidence

    kind = forms.ChoiceField(choices=[("", "–"), *Evidence.Kind.choices])
    label = forms.CharField(max_length=200, help_text=gettext_lazy("For example: handling time, median."))
    value = FigureField(help_text=gettext_lazy("Only the number. What became less has a minus, such as −21."))
    unit = forms.CharField(
        max_length=40, help_text=gettext_lazy("For example: hours a year, €, days, out of 5.")
    )
    period = forms.CharField(max_length=60, help_text=gettext_lazy("For example: 2023–2024."))
    baseline = forms.CharField(
        max_length=200, help_text=gettext_lazy("What it was before, for example: 41 days in 2021.")
    )
    established = forms.ChoiceField(choices=Established.choices, widget=forms.RadioSelect)
    respondents = CountField(help_text=gettext_lazy("Only if people were asked."))
    source = forms.CharField(
        max_length=300,
        help_text=gettext_lazy("A report, a system, a survey. An estimate may be without one."),
    )
    source_url = WebAddressField()

    @property
    def heading(self) -> str:
        figure = f"{self['value'].value() or ''}\N{NO-BREAK SPACE}{self['unit'].value() or ''}".strip()
        return " · ".join(filter(None, (figure, self["label"].value())))


class AdoptionRow(NamedOrganisation):
    list_name = "adoptions"
    list_title = gettext_lazy("Who has adopted it")
    add_label = gettext_lazy("Add an organisation")
    columns = ("organisation", "mode", "year", "result", "follows")
    optional = ("year", "result", "follows")
    model = Adoption

    organisation = OrganisationField()
    mode = forms.ChoiceField(choices=Adoption.Mode.choices, widget=forms.RadioSelect)
    year = YearField()
    result = forms.CharField(
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What came of it there, if you know."),
    )
    follows = forms.TypedChoiceField(
        coerce=int,
        empty_value=None,
        help_text=gettext_lazy("Choose another one if it was not learnt from the owner."),
    )

    def offer_followed(self, names: list[str]) -> None:
        """Let the row say which of the rows before it the organisation learnt from."""
        earlier = [
            (index, name or _("Row %(number)s") % {"number": index + 1}) for index, name in enumerate(names)
        ]
        self.fields["follows"].choices = [("", _("The owner")), *earlier]  # type: ignore[attr-defined]

    def is_told(self, row: Content) -> bool:
        return super().is_told({**row, "follows": None})


class LinkRow(RowForm):
    list_name = "materials"
    list_title = gettext_lazy("Links")
    add_label = gettext_lazy("Add a link")
    columns = ("url", "title")
    constants: ClassVar = {"kind": Material.Kind.LINK.value, "upload": None, "alt": {}}
    model = Material

    url = WebAddressField()
    title = forms.CharField(max_length=200, label=gettext_lazy("Name of the link"))

    @property
    def heading(self) -> str:
        return str(self["title"].value() or self["url"].value() or "")


class FileRow(RowForm):
    """A row with a file, which is kept for the case as soon as it has come in whole."""

    kind: ClassVar[Upload.Kind]
    prepare: ClassVar[Callable[..., PreparedFile]]
    model = Material

    upload = forms.IntegerField(widget=forms.HiddenInput)
    file = forms.FileField()

    def clean_upload(self) -> int | None:
        """Only a file of this case, of the row's kind."""
        upload = self.step.uploads.get(self.cleaned_data["upload"])
        return upload.pk if upload is not None and upload.kind == self.kind else None

    def clean_file(self) -> PreparedFile | None:
        file = self.cleaned_data["file"]
        if not file:
            return None
        kept = self.step.uploads.values()
        if len(kept) >= MOST_FILES or sum(upload.size for upload in kept) + file.size > MOST_BYTES:
            raise ValidationError(
                _("This innovation has too many files already. Link to the others instead.")
            )
        return type(self).prepare(file)

    def field_of(self, column: str) -> str:
        return "file" if column == "upload" else column

    def read(self) -> Content:
        row = super().read()
        # A new file stands for its id until keep_file().
        return {**row, "upload": self.cleaned_data.get("file") or row["upload"]}

    def keep_file(self, add: Callable[[PreparedFile], Upload]) -> None:
        """Hand a new file to ``add``, and remember it when the form is shown again."""
        if isinstance(self.row.get("upload"), PreparedFile):
            upload = add(self.row["upload"])
            self.step.uploads[upload.pk] = upload
            self.row["upload"] = upload.pk
            self.data[self.add_prefix("upload")] = str(upload.pk)  # type: ignore[index]

    @property
    def current(self) -> Upload | None:
        """The file that the row has."""
        value = str(self["upload"].value() or "")
        return self.step.uploads.get(int(value)) if value.isdecimal() else None

    @property
    def heading(self) -> str:
        return str(self["title"].value() or (self.current.name if self.current else ""))


class ImageRow(FileRow, Worded):
    worded = "alt"
    list_name = "materials"
    list_title = gettext_lazy("Pictures")
    add_label = gettext_lazy("Add a picture")
    columns = ("upload", "alt", "title")
    optional = ("title",)
    constants: ClassVar = {"kind": Material.Kind.IMAGE.value, "url": ""}
    kind = Upload.Kind.IMAGE
    prepare = staticmethod(uploads.prepare_image)

    file = forms.FileField(
        label=gettext_lazy("Picture"),
        help_text=gettext_lazy("PNG, JPEG or WebP, at most 10 MB. Ask the people in it for permission."),
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg,.webp"}),
    )
    alt = forms.CharField(
        max_length=500,
        label=gettext_lazy("What the picture shows"),
        help_text=gettext_lazy("For those who do not see it: what would you tell of it on the telephone?"),
    )
    title = forms.CharField(max_length=200, label=gettext_lazy("Caption"))


class AttachmentRow(FileRow):
    list_name = "materials"
    list_title = gettext_lazy("Files")
    add_label = gettext_lazy("Add a file")
    columns = ("upload", "title")
    constants: ClassVar = {"kind": Material.Kind.ATTACHMENT.value, "url": "", "alt": {}}
    kind = Upload.Kind.ATTACHMENT
    prepare = staticmethod(uploads.prepare_attachment)

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("PDF, Word, PowerPoint, Excel, OpenDocument, CSV or text, at most 20 MB."),
        widget=forms.FileInput(attrs={"accept": ",".join(sorted(uploads.ATTACHMENT_TYPES))}),
    )
    title = forms.CharField(max_length=200, label=gettext_lazy("Name of the file"))


# The lists of each field of the schema that has rows, with the beginning of their inputs' names.
ROW_FORMS: dict[str, tuple[tuple[str, type[RowForm]], ...]] = {
    "partners": (("partners", PartnerRow),),
    "evidence": (("evidence", EvidenceRow),),
    "adoptions": (("adoptions", AdoptionRow),),
    "materials": (("images", ImageRow), ("files", AttachmentRow), ("links", LinkRow)),
}
