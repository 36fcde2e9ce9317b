"""Editions and charts of the barometer as machines read them: see ``common/linked_data.py``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import licence
from common.linked_data import Described, described, on_page, publisher, site
from common.tabular import CSV_TYPE, XLSX_TYPE

from . import charts
from .models import Source, Survey
from .series import Series

# The files of a chart that hold its figures.
DATA_FILES = {"csv": CSV_TYPE, "xlsx": XLSX_TYPE, "json": "application/json"}


def of_series(series: Series) -> Described:
    """The page of a chart: a dataset with its figures as files. Who made it are the figures' publishers."""
    edition = series.survey
    return on_page(
        "Dataset",
        url=_address("chart", series.key),
        name=f"{series.title}, {edition.name}" if edition else series.title,
        description="\n".join(filter(None, [series.wording, charts.description_of(series)])),
        inLanguage=get_language(),
        variableMeasured=described(
            "PropertyValue", name=_("Share, %"), description=series.question.title, unitText="%"
        ),
        dateModified=timezone.localtime(series.changed_at).isoformat(timespec="seconds"),
        creator=_creators(series.sources),
        publisher=publisher(),
        license=licence.URL,
        isBasedOn=_publications(series.sources),
        isPartOf=_named(edition) if edition else site(),
        distribution=[
            described(
                "DataDownload",
                encodingFormat=content_type.partition(";")[0],
                contentUrl=settings.BASE_URL + reverse("barometer:download", args=[series.key, ending]),
            )
            for ending, content_type in DATA_FILES.items()
        ],
    )


def of_survey(survey: Survey, found: Sequence[Series]) -> Described:
    """The page of an edition: a dataset whose parts are the charts that the page shows or leads to."""
    sources = [survey.source] if survey.source else []
    return on_page(
        "Dataset",
        url=settings.BASE_URL + survey.get_absolute_url(),
        name=survey.name,
        description="\n".join(filter(None, [survey.who_asked, survey.caveat])),
        inLanguage=get_language(),
        spatialCoverage=str(survey.country.name),
        variableMeasured=list(dict.fromkeys(series.question.title for series in found)),
        creator=_creators(sources),
        publisher=publisher(),
        license=licence.URL,
        isBasedOn=_publications(sources),
        isPartOf=site(),
        hasPart=[
            described("Dataset", name=series.title, url=_address("chart", series.key)) for series in found
        ],
    )


def _address(name: str, key: str) -> str:
    return settings.BASE_URL + reverse(f"barometer:{name}", args=[key])


def _named(survey: Survey) -> Described:
    return described("Dataset", name=survey.name, url=settings.BASE_URL + survey.get_absolute_url())


def _creators(sources: Iterable[Source]) -> list[Described]:
    publishers = dict.fromkeys(source.publisher for source in sources if source.publisher)
    return [described("Organization", name=name) for name in publishers]


def _publications(sources: Iterable[Source]) -> list[Described]:
    return [described("CreativeWork", name=source.title, url=source.url) for source in sources]
