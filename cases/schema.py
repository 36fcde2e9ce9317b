"""One definition of every field of a case.

What the model field cannot say: the section, the words of the form, whether it is needed to submit,
whether the public sees it, the column it is exported in, and the field of OPSI's form with its limit.
The submission steps, check-answers page, moderator's difference view, case page, admin, importers and
``docs/data-dictionary.md`` read it. A model field that is neither here nor in :data:`INTERNAL` fails a test,
and what is not here is private.
"""

from dataclasses import dataclass
from enum import Enum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from taxonomy.models import Vocabulary

from . import models


class Section(TextChoices):
    """The steps of submitting, in their order."""

    ABOUT = "about", _("About the innovation")
    FACTS = "facts", _("Facts and principles")
    STORY = "story", _("Story")
    EFFECTS = "effects", _("Effects and spreading")
    CONTACT = "contact", _("Contact")


class Place(Enum):
    """Where a field lives, in a revision's content and in the database."""

    TEXT = "text"  # content["texts"][language][name]; CaseText.name
    FACT = "fact"  # content[name]; Case.name
    TERMS = "terms"  # content["terms"][name]; Case.terms of that vocabulary
    ORGANISATIONS = "organisations"  # content[name]; Case.owner, Case.partners
    ROWS = "rows"  # content[name], a list; rows of a related model
    CONTACT = "contact"  # content["contact"][name]; Case.contact_name


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field.

    ``max_length`` counts characters, as does ``opsi_limit``: a longer text is told of when the case is
    handed to OPSI, not when it is saved. ``export`` is the column in tables and the API, empty for never;
    ``column_heading`` what people call that column, where the label asks the submitter something.
    """

    name: str
    section: Section
    place: Place
    label: str | Promise
    hint: str | Promise = ""
    example: str | Promise = ""
    required: bool = False
    public: bool = True
    max_length: int | None = None
    rows: int = 1
    choices: type[TextChoices] | None = None
    export: str = ""
    column_heading: str | Promise = ""
    opsi: str = ""
    opsi_limit: int | None = None

    @property
    def heading(self) -> str | Promise:
        """What it is called where it is not asked for."""
        return self.column_heading or self.label


def _text(name: str, section: Section, label: Promise, **options: object) -> Field:
    return Field(name=name, section=section, place=Place.TEXT, label=label, export=name, **options)  # type: ignore[arg-type]


FIELDS: tuple[Field, ...] = (
    # About ------------------------------------------------------------------
    Field(
        name="original_language",
        section=Section.ABOUT,
        place=Place.FACT,
        label=_("In which language do you write?"),
        hint=_("Write in the language that comes easiest. You can add the others later."),
        required=True,
        choices=models.Language,
        export="original_language",
        column_heading=_("Original language"),
    ),
    _text(
        "title",
        Section.ABOUT,
        _("Name of the innovation"),
        hint=_("A short name that says what it does. Open up abbreviations."),
        example=_("A permit application in one conversation"),
        required=True,
        max_length=200,
        opsi="name_of_innovation",
    ),
    _text(
        "summary",
        Section.ABOUT,
        _("Summary"),
        hint=_("What was done, for whom, and what came of it. At most 500 characters."),
        example=_("Building permits are advised on in a chat that fills in the application as you talk."),
        required=True,
        max_length=500,
        rows=4,
        opsi="short_and_simple_explanation",
        opsi_limit=500,
    ),
    Field(
        name="owner",
        section=Section.ABOUT,
        place=Place.ORGANISATIONS,
        label=_("Owner organisation"),
        hint=_(
            "The public organisation that is responsible. If it is not suggested as you type,"
            " write its name: staff will add it to the register."
        ),
        required=True,
        export="owner",
        opsi="organisation_name",
    ),
    Field(
        name="partners",
        section=Section.ABOUT,
        place=Place.ORGANISATIONS,
        label=_("Partner organisations"),
        hint=_("Organisations that made it together with you."),
        export="partners",
    ),
    _text(
        "problem",
        Section.ABOUT,
        _("The problem"),
        hint=_("What was wrong, and for whom? How did you notice?"),
        example=_("Every third application came back because an attachment was missing."),
        required=True,
        max_length=3000,
        rows=5,
    ),
    _text(
        "solution",
        Section.ABOUT,
        _("The solution"),
        hint=_("What did you do? Write so that somebody outside your organisation could do the same."),
        required=True,
        max_length=5000,
        rows=8,
        opsi="executive_summary",
        opsi_limit=5000,
    ),
    _text(
        "newness",
        Section.ABOUT,
        _("What is new"),
        hint=_("How does it differ from what was before, and from what others do?"),
        required=True,
        max_length=3000,
        rows=4,
        opsi="what_makes_your_project_innovative",
        opsi_limit=1000,
    ),
    # Facts ------------------------------------------------------------------
    Field(
        name="principle",
        section=Section.FACTS,
        place=Place.TERMS,
        label=_("Principles of the innovation declaration"),
        hint=_(
            "Finland is committed to these five principles of the OECD’s declaration. Choose those that fit."
        ),
        required=True,
        export="principles",
    ),
    Field(
        name="theme",
        section=Section.FACTS,
        place=Place.TERMS,
        label=_("Theme"),
        hint=_("The function of government that it serves."),
        required=True,
        export="themes",
        opsi="organisation_primary_sectorfield",
    ),
    Field(
        name="kind",
        section=Section.FACTS,
        place=Place.TERMS,
        label=_("Kind of innovation"),
        hint=_("Several may apply."),
        required=True,
        export="kinds",
    ),
    Field(
        name="level_of_government",
        section=Section.FACTS,
        place=Place.FACT,
        label=_("Level of government"),
        required=True,
        choices=models.Level,
        export="level_of_government",
        opsi="level_of_government",
    ),
    Field(
        name="country",
        section=Section.FACTS,
        place=Place.FACT,
        label=_("Country"),
        required=True,
        export="country",
        opsi="country",
    ),
    Field(
        name="region",
        section=Section.FACTS,
        place=Place.TERMS,
        label=_("Regions"),
        hint=_("Where it is in use. Leave empty when it covers the whole country."),
        export="regions",
    ),
    Field(
        name="life_cycle",
        section=Section.FACTS,
        place=Place.FACT,
        label=_("Life cycle"),
        hint=_("Tell about discontinued ones too: they teach the most."),
        required=True,
        choices=models.LifeCycle,
        export="life_cycle",
    ),
    _text(
        "discontinued_reason",
        Section.FACTS,
        _("Why it was discontinued"),
        hint=_("Only for a discontinued innovation."),
        max_length=2000,
        rows=4,
    ),
    Field(
        name="started_year",
        section=Section.FACTS,
        place=Place.FACT,
        label=_("Year it was taken into use"),
        hint=_("For example 2023. For a trial, the year when the trial began."),
        required=True,
        export="started_year",
        opsi="year_innovation_launched",
    ),
    Field(
        name="ended_year",
        section=Section.FACTS,
        place=Place.FACT,
        label=_("Year it ended"),
        hint=_("Only when it is no longer in use."),
        export="ended_year",
    ),
    Field(
        name="phase",
        section=Section.FACTS,
        place=Place.FACT,
        label=_("Phase of the work"),
        choices=models.Phase,
        export="phase",
        opsi="innovation_status",
    ),
    Field(
        name="novelty",
        section=Section.FACTS,
        place=Place.FACT,
        label=_("Novelty"),
        hint=_("Copying is good: three of four public innovations build on others’ work."),
        choices=models.Novelty,
        export="novelty",
    ),
    Field(
        name="opsi_facet",
        section=Section.FACTS,
        place=Place.TERMS,
        label=_("Direction of the innovation"),
        export="opsi_facets",
    ),
    Field(
        name="technology",
        section=Section.FACTS,
        place=Place.TERMS,
        label=_("Technologies"),
        hint=_("Only where technology is an important part of it."),
        export="technologies",
    ),
    Field(
        name="sdg",
        section=Section.FACTS,
        place=Place.TERMS,
        label=_("Sustainable development goals"),
        export="sdgs",
    ),
    Field(
        name="tag",
        section=Section.FACTS,
        place=Place.TERMS,
        label=_("Tags"),
        hint=_("Words by which others would look for it."),
        export="tags",
        opsi="innovation_tags",
    ),
    Field(
        name="website",
        section=Section.FACTS,
        place=Place.FACT,
        label=_("Website"),
        hint=_("Begins with https://"),
        max_length=500,
        export="website",
        opsi="innovation_website",
    ),
    # Story ------------------------------------------------------------------
    _text(
        "users",
        Section.STORY,
        _("Users and stakeholders"),
        hint=_("Who uses it, who gains, and how were they involved?"),
        max_length=2000,
        rows=4,
        opsi="users_stakeholders_beneficiaries",
        opsi_limit=500,
    ),
    _text(
        "partnerships",
        Section.STORY,
        _("Partnerships"),
        hint=_("With whom was it made, and what did each bring?"),
        max_length=2000,
        rows=4,
        opsi="collaboration_partnerships",
        opsi_limit=500,
    ),
    _text(
        "results",
        Section.STORY,
        _("Results"),
        hint=_("What changed? Figures are asked for in the next step."),
        max_length=3000,
        rows=5,
        opsi="results_impact",
        opsi_limit=1000,
    ),
    _text(
        "challenges",
        Section.STORY,
        _("Challenges and failures"),
        hint=_("What went wrong, and what did you do then? This is what others learn the most from."),
        max_length=3000,
        rows=5,
        opsi="challenges",
        opsi_limit=1000,
    ),
    _text(
        "conditions",
        Section.STORY,
        _("Conditions for success"),
        hint=_("What has to be in place for it to work?"),
        max_length=3000,
        rows=4,
        opsi="conditions_to_success",
        opsi_limit=1000,
    ),
    _text(
        "lessons",
        Section.STORY,
        _("Lessons"),
        hint=_("What would you tell somebody who starts now?"),
        max_length=3000,
        rows=4,
        opsi="lessons_to_share",
        opsi_limit=1000,
    ),
    # Effects and spreading --------------------------------------------------
    Field(
        name="evidence",
        section=Section.EFFECTS,
        place=Place.ROWS,
        label=_("Effects in figures"),
        hint=_("Say how each figure is known. An estimate is welcome, as long as it is called one."),
        export="evidence",
    ),
    _text(
        "replication",
        Section.EFFECTS,
        _("Replication"),
        hint=_("How can others take it into use? What can they have from you?"),
        max_length=3000,
        rows=4,
        opsi="potential_to_be_replicated",
        opsi_limit=1000,
    ),
    Field(
        name="adoptions",
        section=Section.EFFECTS,
        place=Place.ROWS,
        label=_("Who has adopted it"),
        hint=_("Other organisations that, as far as you know, took it into use."),
        export="adoptions",
    ),
    Field(
        name="materials",
        section=Section.EFFECTS,
        place=Place.ROWS,
        label=_("Links, pictures and files"),
        export="materials",
        opsi="other_related_url",
    ),
    # Contact ----------------------------------------------------------------
    Field(
        name="role",
        section=Section.CONTACT,
        place=Place.CONTACT,
        label=_("Unit or role"),
        hint=_("For example: Development services, registry office."),
        required=True,
        max_length=160,
    ),
    Field(
        name="email",
        section=Section.CONTACT,
        place=Place.CONTACT,
        label=_("E-mail address"),
        hint=_("A shared address lives longer than a person’s own. It is shown on the page."),
        required=True,
        max_length=254,
    ),
    Field(
        name="phone",
        section=Section.CONTACT,
        place=Place.CONTACT,
        label=_("Telephone"),
        max_length=40,
    ),
    Field(
        name="name",
        section=Section.CONTACT,
        place=Place.CONTACT,
        label=_("Contact person"),
        hint=_(
            "Only if the person wants to be named. The name is shown, and erased on the date that you give."
        ),
        max_length=120,
    ),
    Field(
        name="name_until",
        section=Section.CONTACT,
        place=Place.CONTACT,
        label=_("The name is shown until"),
        hint=_("At most two years from now."),
    ),
)

BY_NAME: dict[str, Field] = {field.name: field for field in FIELDS}
TEXT_FIELDS: tuple[Field, ...] = tuple(field for field in FIELDS if field.place is Place.TEXT)
TEXT_NAMES: tuple[str, ...] = tuple(field.name for field in TEXT_FIELDS)
VOCABULARIES: tuple[str, ...] = tuple(Vocabulary.values)
CONTACT_NAMES: tuple[str, ...] = tuple(field.name for field in FIELDS if field.place is Place.CONTACT)
# Weights of the words of a case in search; what is in neither is searched as body.
SEARCH_SUMMARY: tuple[str, ...] = ("summary", "problem")

# Columns of the rows of a case, in a revision's content and in the database. All are public.
ROW_COLUMNS: dict[str, tuple[str, ...]] = {
    "evidence": (
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
    ),
    "adoptions": ("organisation", "mode", "year", "result", "follows"),
    "materials": ("kind", "url", "upload", "title", "alt"),
}

# Fields of the models that are no part of the content: how the registry keeps the case.
INTERNAL: dict[str, frozenset[str]] = {
    "Case": frozenset(
        {
            "id",
            "state",
            "source",
            "external_id",
            "is_example",
            "submitter",
            "published_revision",
            "published_at",
            "changed_at",
            "featured_at",
            "adopter_count",
        }
    ),
    "CaseText": frozenset({"id", "case", "language", "slug"}),
    "Evidence": frozenset({"id", "case", "position"}),
    "Adoption": frozenset({"id", "case", "state", "told_by_owner", "reported_by", "reported_at"}),
    "Material": frozenset({"id", "case", "position"}),
}


def fields_of(section: Section) -> list[Field]:
    return [field for field in FIELDS if field.section == section]
