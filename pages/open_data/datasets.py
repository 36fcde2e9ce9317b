"""What the registry gives away as open data: the one list of datasets, their tables and their files.

The page of open data, the files, the catalogue for machines and the sitemap read :data:`DATASETS`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.conf import settings
from django.db.models import Max, Model
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.utils import get_history_model_for_model

from accounts.models import Organisation
from barometer.exports import EDITIONS, FIGURES, QUESTIONS
from barometer.models import Survey
from cases.exports import CASE_TABLES, ORGANISATIONS
from cases.models import Case, PublicVersion
from common.files import Format
from common.records import WholeTable
from taxonomy.exports import TERMS
from taxonomy.models import Term


class Frequency(Enum):
    """How often a dataset changes, by the codes of the EU's authority table of frequencies."""

    CONTINUOUS = "CONT"
    IRREGULAR = "IRREG"

    @property
    def label(self) -> str | Promise:
        return {
            Frequency.CONTINUOUS: pgettext_lazy("frequency", "Whenever something is published or changed"),
            Frequency.IRREGULAR: pgettext_lazy("frequency", "A few times a year"),
        }[self]


@dataclass(frozen=True)
class Distribution:
    """One file of a dataset, in the active language."""

    name: str
    title: str | Promise
    format: Format
    tables: tuple[WholeTable, ...]

    @property
    def file_name(self) -> str:
        return f"{self.name}.{self.format.value}"

    @property
    def path(self) -> str:
        return reverse("pages:open_data_file", args=[self.name, self.format.value])

    @property
    def url(self) -> str:
        """The file's address, which stays the same from one version to the next."""
        return settings.BASE_URL + self.path

    @property
    def media_type(self) -> str:
        return self.format.media_type.partition(";")[0]


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """Tables that belong together. ``key`` names it in addresses; the rest is for people, in their language.

    ``changed`` gives when the data last changed, None when there are none yet; ``imported`` says, of data
    of others that are among them, whose licence and name they keep. ``version`` gives what differs when the
    files have to be made anew; it is None where they are so small that each request makes them.
    """

    key: str
    title: str | Promise
    description: str | Promise
    keywords: tuple[str | Promise, ...]
    tables: tuple[WholeTable, ...]
    frequency: Frequency
    changed: Callable[[], datetime | None]
    version: Callable[[], Hashable] | None = None
    imported: str | Promise = ""

    @property
    def languages(self) -> list[str]:
        """The languages in which its files are given."""
        return [language for language, _name in settings.LANGUAGES]

    @property
    def distributions(self) -> list[Distribution]:
        """Its files in the active language: all tables in one workbook first, where there are several."""
        files = [
            Distribution(table.key, table.title, format, (table,))
            for table in self.tables
            for format in Format
        ]
        whole = Distribution(f"{self.key}-all", self.title, Format.XLSX, self.tables)
        return [whole, *files] if len(self.tables) > 1 else files


def _changed_innovations() -> datetime | None:
    # What is no longer public has changed the data, too, when it was taken away.
    known = Case.objects.filter(published_at__isnull=False)
    return known.aggregate(last=Max("changed_at"))["last"]


def _changed_organisations() -> datetime | None:
    return max(filter(None, [_curated(Organisation), _changed_innovations()]), default=None)


def _changed_barometer() -> datetime | None:
    return Survey.objects.filter(published_at__isnull=False).aggregate(last=Max("changed_at"))["last"]


def _changed_terms() -> datetime | None:
    return _curated(Term)


def _curated(model: type[Model]) -> datetime | None:
    """When a row of the model was last made or changed."""
    history = get_history_model_for_model(model)
    return history.objects.aggregate(last=Max("history_date"))["last"]


def _public_version() -> int:
    return int(PublicVersion.objects.values_list("number", flat=True).get(pk=1))


DATASETS: Sequence[Dataset] = (
    Dataset(
        key="innovations",
        title=_("Innovations of the public sector"),
        description=_(
            "Every published innovation with its texts, effects in figures and how they are known,"
            " the organisations that adopted it, and its materials."
        ),
        keywords=(
            _("innovation"),
            _("public sector"),
            _("public administration"),
            _("effectiveness"),
            _("adoption of innovations"),
        ),
        tables=CASE_TABLES,
        frequency=Frequency.CONTINUOUS,
        changed=_changed_innovations,
        version=_public_version,
        imported=_(
            "What was taken from other registers keeps its source’s licence. Each row of the table of"
            " innovations tells its licence and whom to name."
        ),
    ),
    Dataset(
        key="organisations",
        title=_("Organisations behind innovations"),
        description=_("The organisations that own, made or adopted a published innovation."),
        keywords=(_("organisation"), _("public sector"), _("public administration"), _("innovation")),
        tables=(ORGANISATIONS,),
        frequency=Frequency.CONTINUOUS,
        changed=_changed_organisations,
        version=_public_version,
    ),
    Dataset(
        key="barometer",
        title=_("Figures of innovation barometers"),
        description=_(
            "The published figures of innovation barometers in Finland and other Nordic countries: what was"
            " asked, of whom, how many answered, and what the figures do not allow to be said."
        ),
        keywords=(
            _("innovation barometer"),
            _("statistics"),
            _("survey"),
            _("public sector"),
            _("Nordic countries"),
        ),
        tables=(FIGURES, EDITIONS, QUESTIONS),
        frequency=Frequency.IRREGULAR,
        changed=_changed_barometer,
        imported=_("Figures of other publishers have their own source, named in each row: name it, too."),
    ),
    Dataset(
        key="vocabularies",
        title=_("Vocabularies"),
        description=_("What the codes mean: principles, themes, goals, regions and other terms."),
        keywords=(_("vocabulary"), _("classification"), _("code list"), _("public sector")),
        tables=(TERMS,),
        frequency=Frequency.IRREGULAR,
        changed=_changed_terms,
    ),
)
BY_KEY = {dataset.key: dataset for dataset in DATASETS}
