"""The data dictionary: every field of an innovation in words, from its one definition."""

from django.utils.translation import override

from common.files import described
from common.records import Column
from taxonomy.models import Vocabulary

from .exports import TABLES
from .models import Adoption, Evidence, Material
from .schema import FIELDS, ROW_COLUMNS, Field, Place, Section

_PLACES = {
    Place.TEXT: "text, per language",
    Place.FACT: "one value",
    Place.TERMS: "codes of a vocabulary",
    Place.ORGANISATIONS: "organisations",
    Place.ROWS: "rows, below",
    Place.CONTACT: "one value",
}
_ROW_MODELS = {"evidence": Evidence, "adoptions": Adoption, "materials": Material}


def as_markdown() -> str:
    """The whole dictionary in English, as it stands in ``docs/data-dictionary.md``."""
    with override("en"):
        lines = [
            "# Data dictionary",
            "",
            "Made by `./run manage data_dictionary` from `cases/schema.py` and `cases/exports.py`; a test"
            " holds them together. The site’s page of open data has the tables of barometers and terms, too.",
            "A field without an export column is never given away in tables or machine interfaces.",
        ]
        for section in Section:
            lines += ["", f"## {section.label}", "", *_header()]
            lines += [_row(field) for field in FIELDS if field.section == section]
        for name, columns in ROW_COLUMNS.items():
            lines += ["", f"## Rows of {name}", "", "| column | what it holds | values |", "|---|---|---|"]
            for column in columns:
                model_field = _ROW_MODELS[name]._meta.get_field(column)
                values = ", ".join(str(value) for value, _label in getattr(model_field, "flatchoices", []))
                lines.append(f"| `{column}` | {getattr(model_field, 'verbose_name', column)} | {values} |")
        for table in TABLES:
            lines += ["", f"## Given away: {table.title}", "", f"`{table.key}`: {table.note}", ""]
            lines += ["| column | heading | values | codes and notes |", "|---|---|---|---|"]
            lines += [_column(column) for column in table.columns]
        return "\n".join(lines) + "\n"


def _column(column: Column) -> str:
    kind, codes, note = described(column)
    told = " ".join(filter(None, [note, codes]))
    return f"| `{column.code}` | {column.heading} | {kind} | {told} |"


def _header() -> list[str]:
    return [
        "| field | what it holds | kind | to submit | public | limit | export column | OPSI field (limit) |",
        "|---|---|---|---|---|---|---|---|",
    ]


def _row(field: Field) -> str:
    kind = _PLACES[field.place]
    if field.place is Place.TERMS:
        kind = f"codes of the vocabulary “{Vocabulary(field.name).label}”"
    elif field.choices:
        kind = "one of " + ", ".join(f"`{value}`" for value in field.choices.values)
    opsi = f"`{field.opsi}`" + (f" ({field.opsi_limit})" if field.opsi_limit else "") if field.opsi else ""
    cells = [
        f"`{field.name}`",
        str(field.label),
        kind,
        "needed" if field.required else "",
        "yes" if field.public else "no",
        str(field.max_length or ""),
        f"`{field.export}`" if field.export else "",
        opsi,
    ]
    return f"| {' | '.join(cells)} |"
