"""A case as OPSI's form asks for it: the one definition behind the page for copying, JSON and the document.

The form's fields, in its order, are in ``cases/data/opsi_form.csv``. What fills them is stated in
``cases/schema.py`` (``opsi``) for texts and here for facts. Whatever is given is English, and public on the
case's own page; nobody's name or address is ever given. Nothing is cut: what is too long says by how much.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Prefetch, TextChoices
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.models import OrganisationKind
from cases.models import Case, CaseText, Level, LifeCycle, Material, Phase
from cases.schema import TEXT_FIELDS
from taxonomy.models import Vocabulary

FORM_FILE = Path(__file__).resolve().parents[1] / "data" / "opsi_form.csv"
LANGUAGE = "en"


class State(TextChoices):
    """How a field of the form stands."""

    FILLED = "filled", _("Filled")
    MISSING = "missing", _("Missing, and OPSI needs it")
    TOO_LONG = "too_long", _("Too long for OPSI")
    UNTRANSLATED = "untranslated", _("No English text yet")
    OWN = "own", _("For you to fill in")
    EMPTY = "empty", _("Empty, and may stay so")

    @property
    def tone(self) -> str:
        return {"filled": "green", "own": "blue", "empty": "quiet"}.get(self, "amber")


# What keeps a case from being handed over as it is.
UNREADY = (State.MISSING, State.TOO_LONG, State.UNTRANSLATED)


@dataclass(frozen=True, kw_only=True)
class FormField:
    """One field of OPSI's form, in its own words; ``limit`` counts characters."""

    section: str
    key: str
    label: str
    kind: str
    is_needed: bool
    limit: int | None
    choices: tuple[str, ...]


@cache
def form_fields() -> tuple[FormField, ...]:
    with FORM_FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(
            FormField(
                section=row["section"],
                key=row["key"],
                label=" ".join(row["label"].split()),
                kind=row["type"],
                is_needed=row["required"] == "1",
                limit=int(row["maxlength"]) if row["maxlength"] else None,
                choices=tuple(row["choices"].split(" | ")) if row["choices"] else (),
            )
            for row in csv.DictReader(lines)
        )


# What the facts of a case are called in the form ------------------------------

LEVELS = {
    Level.NATIONAL: "National/Federal government",
    Level.REGIONAL: "Regional/State government",
    Level.LOCAL: "Local government",
    Level.OTHER: "Other",
}

PHASES = {
    Phase.IDENTIFYING: "Identifying or Discovering Problems or Opportunities",
    Phase.IDEAS: "Generating Ideas or Designing Solutions",
    Phase.DEVELOPING: "Developing Proposals",
    Phase.IMPLEMENTATION: "Implementation",
    Phase.EVALUATION: "Evaluation",
    Phase.DIFFUSING: "Diffusing Lessons",
}

# A state-owned company works as a company, whoever owns it: a judgement. Foreign and other organisations may
# be of any kind, so that is for the person to choose.
ORGANISATION_TYPES = {
    OrganisationKind.MINISTRY: "Government",
    OrganisationKind.AGENCY: "Government",
    OrganisationKind.PARLIAMENT_BODY: "Government",
    OrganisationKind.REGION: "Government",
    OrganisationKind.WELLBEING_COUNTY: "Government",
    OrganisationKind.ELINVOIMAKESKUS: "Government",
    OrganisationKind.MUNICIPALITY: "Government",
    OrganisationKind.JOINT_AUTHORITY: "Government",
    OrganisationKind.UNIVERSITY: "Academia",
    OrganisationKind.STATE_COMPANY: "Private Sector",
    OrganisationKind.ASSOCIATION: "Non-Governmental Organisation (NGO)",
    OrganisationKind.COMPANY: "Private Sector",
}

# Themes (COFOG) that have a sector of the same scope. Judgements: general public services (01) also hold
# foreign affairs and basic research, and economic affairs (04) also hold transport and employment, which are
# sectors of their own. Defence (02) and social protection (10) have none.
SECTORS = {
    "01": "Public administration modernisation and reform",
    "03": "Public order and safety, justice, and human rights",
    "04": "Economic affairs",
    "05": "Environmental protection, climate change, and agriculture",
    "06": "Housing and community relations",
    "07": "Health",
    "08": "Recreation, culture, and religion",
    "09": "Education",
}

# Where the life cycle stands, for OPSI's text about the status.
STATUS_WORDS = {
    LifeCycle.PLANNED: "The innovation is planned.",
    LifeCycle.PILOT: "The innovation is being tried out{since}.",
    LifeCycle.IN_USE: "The innovation is in use{since}.",
    LifeCycle.DISCONTINUED: "The innovation was discontinued{until}.",
}

# The text that tells, after the words above, why it was discontinued.
REASON = "discontinued_reason"

VIDEO_HOSTS = ("youtube.com", "youtu.be", "vimeo.com", "dailymotion.com")
VIDEO_ENDINGS = (".mp4", ".webm", ".mov")


# Rows -------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Row:
    """A field of the form with what the case gives for it. Several values are several choices or lines."""

    field: FormField
    values: tuple[str, ...] = ()
    state: State
    remark: str | Promise = ""

    @property
    def text(self) -> str:
        return "\n".join(self.values)

    @property
    def length(self) -> int:
        """Characters, as OPSI counts them."""
        return len(self.text)

    @property
    def excess(self) -> int:
        """Characters over OPSI's limit."""
        return max(0, self.length - self.field.limit) if self.field.limit else 0


@dataclass(frozen=True)
class Given:
    """What fills a field, or why nothing does: ``is_untranslated`` when only another language has it."""

    values: tuple[str, ...] = ()
    remark: str | Promise = ""
    is_own: bool = False
    is_untranslated: bool = False


def _own(remark: str | Promise = "") -> Given:
    return Given(remark=remark, is_own=True)


@dataclass(frozen=True)
class Form:
    """OPSI's form, filled for one case."""

    case: Case
    rows: tuple[Row, ...]

    @cached_property
    def counts(self) -> Counter[State]:
        return Counter(row.state for row in self.rows)

    @property
    def is_ready(self) -> bool:
        """Whether OPSI would take all that the case gives."""
        return not any(self.counts[state] for state in UNREADY)

    @property
    def title(self) -> str:
        """The English name; the original one until there is one."""
        text = self.case.text_in(LANGUAGE)
        return text.title if text else str(self.case)

    @property
    def has_english(self) -> bool:
        return _english(self.case) is not None

    @property
    def to_translate(self) -> list[str | Promise]:
        """The texts that somebody has to translate first, by the names of their fields."""
        original, english = self.case.text_in(None), _english(self.case)
        return [
            field.label
            for field in TEXT_FIELDS
            if (field.opsi or field.name == REASON)
            and getattr(original, field.name, "")
            and not getattr(english, field.name, "")
        ]

    @property
    def sections(self) -> list[tuple[str, list[Row]]]:
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.field.section, []).append(row)
        return list(found.items())


def with_all(cases: Any) -> Any:
    """The cases with everything that their forms hold: some queries, however many cases."""
    return cases.select_related("owner").prefetch_related(
        "texts", "terms", Prefetch("materials", Material.objects.select_related("upload"))
    )


def form_of(case: Case) -> Form:
    """OPSI's form, filled from what is public of the case: one from :func:`with_all` asks no query.

    Remarks are in the active language; everything else is English.
    """
    fillers = {**_fillers_of_texts(), **_FACTS}
    rows = tuple(_row(one, fillers[one.key](case)) for one in form_fields())
    return Form(case, rows)


def _row(one: FormField, given: Given) -> Row:
    row = Row(field=one, values=given.values, state=_state(one, given), remark=given.remark)
    return replace(row, state=State.TOO_LONG) if row.excess else row


def _state(one: FormField, given: Given) -> State:
    if given.is_untranslated:
        return State.UNTRANSLATED
    if given.values:
        return State.FILLED
    if given.is_own:
        return State.OWN
    return State.MISSING if one.is_needed else State.EMPTY


# What fills each field --------------------------------------------------------


def _english(case: Case) -> CaseText | None:
    return next((text for text in case.texts.all() if text.language == LANGUAGE), None)


@cache
def _fillers_of_texts() -> dict[str, Callable[[Case], Given]]:
    return {field.opsi: _text(field.name) for field in TEXT_FIELDS if field.opsi}


def _text(name: str) -> Callable[[Case], Given]:
    def given(case: Case) -> Given:
        english = getattr(_english(case), name, "")
        if english:
            return Given((english,))
        return Given(is_untranslated=any(getattr(text, name) for text in case.texts.all()))

    return given


def _organisation_name(case: Case) -> Given:
    if case.owner is None:
        return Given()
    english: str = getattr(case.owner, "name_en", "") or ""
    if english:
        return Given((english,))
    return Given(
        (case.owner.name,), _("The register has no English name of the organisation."), is_untranslated=True
    )


def _organisation_type(case: Case) -> Given:
    found = ORGANISATION_TYPES.get(OrganisationKind(case.owner.kind)) if case.owner else None
    return Given((found,)) if found else _own(_("It cannot be told from the kind of organisation."))


def _country(case: Case) -> Given:
    with override(LANGUAGE):
        return Given((str(case.country.name),)) if case.country else Given()


def _level(case: Case) -> Given:
    return Given((LEVELS[Level(case.level_of_government)],)) if case.level_of_government else Given()


def _other_level(case: Case) -> Given:
    if case.level_of_government == Level.OTHER:
        return _own(_("Tell which level it is."))
    return Given()


def _sectors(case: Case) -> Given:
    codes = [term.code for term in case.themes]
    found = tuple(SECTORS[code] for code in codes if code in SECTORS)
    if len(found) < len(codes):
        return Given(
            found, _("OPSI has no sector of the same scope as one of the themes: choose it."), is_own=True
        )
    return Given(found)


def _website(case: Case) -> Given:
    return Given((case.website,) if case.website else ())


def _year(case: Case) -> Given:
    return Given((str(case.started_year),) if case.started_year else ())


def _tags(case: Case) -> Given:
    named = [(getattr(term, "name_en", "") or "", term) for term in case.terms_of(Vocabulary.TAG)]
    english = tuple(name for name, _term in named if name)
    return Given(
        english,
        _("Choose OPSI’s tags that come nearest; add those that it lacks as custom tags.") if english else "",
        is_untranslated=bool(named) and not english,
    )


def _status(case: Case) -> Given:
    return Given((PHASES[Phase(case.phase)],)) if case.phase else Given()


def _status_text(case: Case) -> Given:
    """The life cycle in words and, of a discontinued one, why."""
    if not case.life_cycle:
        return Given()
    words = STATUS_WORDS[LifeCycle(case.life_cycle)].format(
        since=f" since {case.started_year}" if case.started_year else "",
        until=f" in {case.ended_year}" if case.ended_year else "",
    )
    reason = _text(REASON)(case)
    return Given(
        (words, *reason.values),
        _("Made from the life cycle and the years: add where the work stands now."),
        is_untranslated=reason.is_untranslated,
    )


def _links(case: Case, *, videos: bool) -> list[str]:
    return [
        row.url
        for row in case.materials.all()
        if row.kind == Material.Kind.LINK and _is_video(row.url) is videos
    ]


def _is_video(address: str) -> bool:
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.")
    return host.removeprefix("m.") in VIDEO_HOSTS or parts.path.lower().endswith(VIDEO_ENDINGS)


def _link(case: Case) -> Given:
    first, *others = _links(case, videos=False) or [""]
    if not others:
        return Given((first,) if first else ())
    more = _("OPSI takes one address. The others are: %(addresses)s") % {"addresses": " ".join(others)}
    return Given((first,), more)


def _video(number: int) -> Callable[[Case], Given]:
    def given(case: Case) -> Given:
        found = _links(case, videos=True)[number : number + 1]
        return Given(tuple(found))

    return given


def _files(kind: Material.Kind) -> Callable[[Case], Given]:
    def given(case: Case) -> Given:
        found = tuple(
            settings.BASE_URL + row.upload.get_absolute_url()
            for row in case.materials.all()
            if row.kind == kind and row.upload
        )
        return Given(found, _("Open each address, save the file and add it to OPSI’s form.") if found else "")

    return given


def _always(given: Given) -> Callable[[Case], Given]:
    return lambda _case: given


_OPSIS = _always(Given(remark=_("OPSI’s own: leave it as it is.")))
_PERSONS = _always(
    _own(_("Somebody’s personal data: type it yourself in OPSI’s form. The registry never gives it away."))
)
_CHOOSE = _always(_own(_("Only you know: choose in OPSI’s form.")))
_NOTHING = _always(Given())

_FACTS: dict[str, Callable[[Case], Given]] = {
    "case_type": _OPSIS,
    "primary_case_type": _OPSIS,
    "submission_date": _OPSIS,
    "public_employee_involved": _CHOOSE,
    "public_official_involved": _CHOOSE,
    "their_name": _PERSONS,
    "their_organisation": _PERSONS,
    "their_email": _PERSONS,
    "cs_user_name": _PERSONS,
    "cs_user_organization": _PERSONS,
    "cs_user_email": _PERSONS,
    "tel": _PERSONS,
    "organisation_name": _organisation_name,
    "organisation_type": _organisation_type,
    "country": _country,
    "level_of_government": _level,
    "level_of_government_other": _other_level,
    "organisation_primary_sectorfield": _sectors,
    "innovation_website": _website,
    "year_innovation_launched": _year,
    "receive_feedback": _CHOOSE,
    "innovation_tags": _tags,
    "innovation_tags_opengov": _always(_own(_("Only for a case of open government."))),
    "custom_innovation_tags": _always(_own(_("Tags that OPSI does not have."))),
    "is_this_case_part_of_open_government_partnership_action_plan_in_your_country?": _CHOOSE,
    "innovation_status": _status,
    "status_description": _status_text,
    "information_to_share": _NOTHING,
    "other_related_url": _link,
    "upload_images": _files(Material.Kind.IMAGE),
    "upload_supporting_files": _files(Material.Kind.ATTACHMENT),
    "video_url_1": _always(_own(_("A pitch of one or two minutes, if there is one."))),
    "video_url_2": _video(0),
    "video_url_3": _video(1),
    "simple_scale": _CHOOSE,
    "form_feedback": _CHOOSE,
    "newsletter_register": _CHOOSE,
}
