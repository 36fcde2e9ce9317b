"""OPSI's form of a case to take along: as JSON, and as a document for writing in.

Both are English, whoever asks, and the same case gives the same bytes.
"""

from __future__ import annotations

import json
import re
from datetime import UTC
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils.translation import gettext, override

from cases.identifiers import case_identifier
from common.licence import NAME as LICENCE

from .form import LANGUAGE, Form, Row, State, form_of

JSON_TYPE = "application/json"
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# The first moment that a packed file can have.
EARLIEST = (1980, 1, 1, 0, 0, 0)
# What a document cannot hold.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def as_json(case: Any) -> bytes:
    """The form with its sections and fields in OPSI's order."""
    with override(LANGUAGE):
        return json.dumps(record(form_of(case)), ensure_ascii=False, indent=2).encode() + b"\n"


def record(form: Form) -> dict[str, Any]:
    return {
        "form": "OPSI",
        "innovation": case_identifier(form.case.pk),
        "title": form.title,
        "language": LANGUAGE,
        "licence": form.case.source.licence if form.case.source else LICENCE,
        "is_example": form.case.is_example,
        "is_ready": form.is_ready,
        "sections": [
            {"title": title, "fields": [_record_of(row) for row in rows]} for title, rows in form.sections
        ],
    }


def _record_of(row: Row) -> dict[str, Any]:
    return {
        "key": row.field.key,
        "label": row.field.label,
        "type": row.field.kind,
        "required": row.field.is_needed,
        "limit": row.field.limit,
        "choices": list(row.field.choices),
        "values": list(row.values),
        "characters": row.length,
        "characters_over": row.excess,
        "state": row.state.value,
        "remark": str(row.remark) or None,
    }


def as_docx(case: Any) -> bytes:
    """A heading for each section and field, what is asked beneath it, and then the value as it is."""
    # It takes 20 MB, which no process needs that writes no document.
    from docx import Document

    with override(LANGUAGE):
        form = form_of(case)
        document = Document()
        # Looked up once: by name, each paragraph would read all styles again.
        styles = {name: document.styles[name] for name in ("Heading 2", "Intense Quote")}
        _describe(document, form)
        document.add_heading(_UNWRITABLE.sub("", form.title), level=0)
        document.add_paragraph(
            gettext("The form of OPSI’s case library, filled from the innovation registry: %(address)s")
            % {"address": case_identifier(case.pk)}
        )
        if case.is_example:
            document.add_paragraph(gettext("This is an invented example"))
        for title, rows in form.sections:
            document.add_heading(title, level=1)
            for row in rows:
                _add(document, styles, row)
    file = BytesIO()
    document.save(file)
    return _settled(file)


def _add(document: Any, styles: dict[str, Any], row: Row) -> None:
    document.add_paragraph(row.field.label, style=styles["Heading 2"])
    document.add_paragraph(" · ".join(_told(row)), style=styles["Intense Quote"])
    for value in row.values:
        for paragraph in value.splitlines():
            document.add_paragraph(_UNWRITABLE.sub("", paragraph))


def _told(row: Row) -> list[str]:
    """How the field stands, and what OPSI asks of it."""
    words = [str(row.state.label)]
    if row.state is State.TOO_LONG:
        words = [over_words(row)]
    if row.field.is_needed:
        words.append(gettext("required"))
    if row.field.limit:
        words.append(
            gettext("%(count)s of at most %(limit)s characters")
            % {"count": row.length, "limit": row.field.limit}
        )
    if row.field.choices and not row.values:
        words.append(gettext("Choices: %(choices)s") % {"choices": "; ".join(row.field.choices)})
    if row.remark:
        words.append(str(row.remark))
    return words


def over_words(row: Row) -> str:
    return gettext("Too long for OPSI by %(count)s characters") % {"count": row.excess}


def _describe(document: Any, form: Form) -> None:
    """Title and language, without which a screen reader reads it wrongly."""
    from docx.oxml.ns import qn

    properties = document.core_properties
    properties.title = _UNWRITABLE.sub("", form.title)
    properties.subject = "OPSI"
    properties.author = gettext("Innovation registry")
    properties.last_modified_by = ""
    properties.comments = ""
    properties.language = "en-GB"
    properties.revision = 1
    changed = form.case.changed_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties.created = properties.modified = changed
    language = document.styles.element.find(f".//{qn('w:lang')}")
    for name in ("val", "eastAsia"):
        language.set(qn(f"w:{name}"), "en-GB")


def _settled(file: BytesIO) -> bytes:
    """The same document with no trace of when it was packed."""
    packed = BytesIO()
    with ZipFile(file) as source, ZipFile(packed, "w", ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            info = ZipInfo(name, EARLIEST)
            info.compress_type = ZIP_DEFLATED
            target.writestr(info, source.read(name))
    return packed.getvalue()
