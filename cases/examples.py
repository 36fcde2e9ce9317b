"""The cases that come with the registry (cases/data): compiled from a public source, and invented.

Both go through the actions, as any other case does.
"""

import tomllib
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import ProtectedError

from accounts.demo import load_demo_accounts
from accounts.models import Organisation, User
from accounts.reference_data import load_organisations
from common import uploads

from . import actions, notifications
from .content import Content
from .models import Adoption, Case, CaseRevision, ImportSource
from .workflow import Criterion

DATA = Path(__file__).resolve().parent / "data"
EXAMPLES = DATA / "examples"
SUBMITTER = "tekija@esimerkki.example"
MODERATOR = "moderoija@esimerkki.example"
REPORTER = "koordinaattori@esimerkki.example"


def has_other_cases() -> bool:
    """Whether the registry holds cases that did not come from here."""
    source = _read(DATA / "finnish_cases.toml")["source"]["key"]
    return Case.objects.exclude(is_example=True).exclude(source__key=source).exists()


@transaction.atomic
def load_compiled() -> int:
    """Publish the cases compiled from a public source that are not here yet; returns how many."""
    data = _read(DATA / "finnish_cases.toml")
    key = data["source"].pop("key")
    source, _created = ImportSource.objects.get_or_create(key=key, defaults=data["source"])
    here = set(source.cases.values_list("external_id", flat=True))
    organisations = _organisations()
    incoming = [
        actions.Incoming(case["external_id"], _content(case["content"], organisations))
        for case in data["cases"]
        if case["external_id"] not in here
    ]
    actions.import_cases(incoming, source=source, publish=True)
    return len(incoming)


@transaction.atomic
def load_invented() -> int:
    """Bring every invented case to its state, unless there are some already; returns how many.

    Needs the demo accounts, so it raises :class:`accounts.demo.DemoRefusedError` in production. Nobody
    gets mail of it.
    """
    if Case.objects.filter(is_example=True).exists():
        return 0
    load_organisations("example_organisations.csv")
    load_demo_accounts()
    files = sorted(EXAMPLES.glob("*.toml"))
    with notifications.muted():
        for file in files:
            _Example(_read(file)).load()
    return len(files)


@transaction.atomic
def remove_invented() -> tuple[int, list[Organisation]]:
    """Take the invented cases and organisations away.

    Returns how many cases went, and the organisations that stay because something else names them.
    """
    removed = actions.remove_examples()
    kept = []
    for organisation in Organisation.objects.filter(is_example=True):
        try:
            organisation.delete()
        except ProtectedError:
            kept.append(organisation)
    return removed, kept


class _Example:
    """One invented case on its way through submitting and review."""

    def __init__(self, data: dict[str, Any]):
        self.data = data
        self.organisations = _organisations()
        self.submitter = User.objects.get(email=SUBMITTER)
        self.moderator = User.objects.get(email=MODERATOR)
        self.reporter = User.objects.get(email=REPORTER)

    def load(self) -> None:
        told = self.data["content"]
        begun = _content({**told, "materials": []}, self.organisations)
        revision = actions.create_case(by=self.submitter, content=begun, is_example=True)
        materials = [self.with_upload(material, revision) for material in told.get("materials", [])]
        content = _content({**told, "materials": materials}, self.organisations)
        actions.save_content(revision, by=self.submitter, content=content)
        self.bring(revision, self.data["state"], self.data.get("message", ""))
        case = Case.objects.get(pk=revision.case_id)
        if self.data.get("featured"):
            actions.feature(case, by=self.moderator)
        for report in self.data.get("adoption_reports", []):
            self.report(case, report)
        if following := self.data.get("next_revision"):
            revision = actions.open_revision(case, by=self.submitter)
            changed = _merged({**told, "materials": materials}, following["content"])
            actions.save_content(revision, by=self.submitter, content=_content(changed, self.organisations))
            self.bring(revision, following["state"], following.get("message", ""))

    def with_upload(self, material: dict[str, Any], revision: CaseRevision) -> dict[str, Any]:
        """The material with the file that it names kept for the case."""
        if "upload" not in material:
            return material
        path = EXAMPLES / material["upload"]
        prepared = uploads.prepare(ContentFile(path.read_bytes(), name=path.name))
        upload = actions.add_upload(revision, by=self.submitter, prepared=prepared)
        return {**material, "upload": upload.pk}

    def bring(self, revision: CaseRevision, state: str, message: str) -> None:
        """Take the draft to ``state``, a state of the revision or of the case, as people would."""
        if state == CaseRevision.State.DRAFT:
            return
        revision.refresh_from_db()
        actions.submit(revision, by=self.submitter)
        if state == CaseRevision.State.SUBMITTED:
            return
        actions.start_review(revision, by=self.moderator)
        match state:
            case CaseRevision.State.IN_REVIEW:
                pass
            case CaseRevision.State.RETURNED:
                actions.return_for_changes(revision, by=self.moderator, message=message)
            case CaseRevision.State.REJECTED:
                actions.reject(revision, by=self.moderator, message=message)
            case _:
                actions.publish(
                    revision,
                    by=self.moderator,
                    seen_version=revision.version,
                    criteria=Criterion.values,
                )
                self.take_away(Case.objects.get(pk=revision.case_id), state, message)

    def take_away(self, case: Case, state: str, message: str) -> None:
        if state == Case.State.ARCHIVED:
            actions.archive(case, by=self.moderator, message=message)
        elif state == Case.State.WITHDRAWN:
            actions.withdraw(case, by=self.submitter)

    def report(self, case: Case, report: dict[str, Any]) -> None:
        adoption = actions.report_adoption(
            case,
            by=self.reporter,
            organisation=Organisation.objects.get(code=report["organisation"]),
            mode=report["mode"],
            year=report.get("year"),
            result=report.get("result", ""),
        )
        if report["state"] == Adoption.State.CONFIRMED:
            actions.confirm_adoption(adoption, by=self.moderator)


def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _organisations() -> dict[str, int]:
    return {one.code: one.pk for one in Organisation.objects.exclude(code=None) if one.code}


def _content(told: dict[str, Any], organisations: dict[str, int]) -> Content:
    """What a file tells, with organisations by row number and adoptions by position instead of code."""
    codes = [adoption["organisation"] for adoption in told.get("adoptions", [])]
    return {
        **told,
        "owner": organisations[told["owner"]],
        "partners": [organisations[code] for code in told.get("partners", [])],
        "adoptions": [
            {
                **adoption,
                "organisation": organisations[adoption["organisation"]],
                "follows": codes.index(adoption["follows"]) if "follows" in adoption else None,
            }
            for adoption in told.get("adoptions", [])
        ],
    }


def _merged(before: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Tables are merged key by key; a list or a single value replaces the earlier one."""
    return {
        **before,
        **{
            key: _merged(before.get(key, {}), value) if isinstance(value, dict) else value
            for key, value in changes.items()
        },
    }
