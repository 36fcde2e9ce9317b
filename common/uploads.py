"""Files that people add: pictures are drawn anew, other files are kept only for download.

Whoever keeps a file decides who may see it; :func:`answer` only hands it out.
"""

from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from typing import Literal

import puremagic
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db.models.fields.files import FieldFile
from django.http import FileResponse
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_IMAGE_BYTES = 10 * 1024 * 1024
MAX_ATTACHMENT_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_WIDTH = 1600

# What an attachment may be (OPSI's form takes the same), and the type that it is served as.
ATTACHMENT_TYPES = {
    ".pdf": "application/pdf",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".ppt": "application/vnd.ms-powerpoint",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
    ".txt": "text/plain",
}
IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".webp")
# Text has no signature to recognise it by.
_TEXT = (".txt", ".csv")


@dataclass(frozen=True)
class PreparedFile:
    """A file that is safe to keep; ``width`` and ``height`` are pixels, of pictures only."""

    kind: Literal["image", "attachment"]
    name: str
    content_type: str
    data: bytes
    width: int | None = None
    height: int | None = None


def prepare(file: File) -> PreparedFile:
    """A picture or an attachment, told apart by the name's ending.

    Raises ValidationError, in the user's language, for what is too large, not what it says, or not allowed.
    """
    ending = PurePath(file.name or "").suffix.lower()
    return prepare_image(file) if ending in IMAGE_ENDINGS else prepare_attachment(file)


def prepare_image(file: File) -> PreparedFile:
    """The picture drawn anew, at most 1600 pixels wide, upright, without any metadata."""
    _check_size(file, MAX_IMAGE_BYTES)
    try:
        with Image.open(file, formats=["PNG", "JPEG", "WEBP"]) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise ValidationError(_("The picture has too many pixels. Make it smaller first."))
            upright = ImageOps.exif_transpose(opened)
            has_alpha = "A" in upright.getbands() or "transparency" in upright.info
            picture = upright.convert("RGBA" if has_alpha else "RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValidationError(
            _("The file is not a picture that can be read. Use PNG, JPEG or WebP.")
        ) from error
    picture.thumbnail((MAX_WIDTH, MAX_WIDTH * 2))
    # A new picture holds pixels alone: neither place nor camera nor name.
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    encoded = BytesIO()
    if has_alpha:
        clean.save(encoded, "PNG", optimize=True)
        ending, content_type = ".png", "image/png"
    else:
        clean.save(encoded, "JPEG", quality=85, optimize=True, progressive=True)
        ending, content_type = ".jpg", "image/jpeg"
    return PreparedFile(
        "image",
        _safe_name(file, ending),
        content_type,
        encoded.getvalue(),
        clean.width,
        clean.height,
    )


def prepare_attachment(file: File) -> PreparedFile:
    """A file that is only ever served as a download."""
    _check_size(file, MAX_ATTACHMENT_BYTES)
    ending = PurePath(file.name or "").suffix.lower()
    if ending not in ATTACHMENT_TYPES:
        raise ValidationError(
            _("Files of this kind are not accepted. Use one of: %(endings)s.")
            % {"endings": ", ".join(sorted(ATTACHMENT_TYPES))}
        )
    data = file.read()
    if not _is_what_it_says(data, ending):
        raise ValidationError(_("The file is not what its name says."))
    return PreparedFile("attachment", _safe_name(file, ending), ATTACHMENT_TYPES[ending], data)


def answer(file: FieldFile, *, name: str, content_type: str, etag: str, as_attachment: bool) -> FileResponse:
    """Hand the file out; browsers ask for it again each time, so that what is taken away is gone at once."""
    response = FileResponse(
        file.open("rb"), as_attachment=as_attachment, filename=name, content_type=content_type
    )
    response["Cache-Control"] = "no-cache"
    response["ETag"] = f'"{etag}"'
    return response


def _is_what_it_says(data: bytes, ending: str) -> bool:
    if ending in _TEXT:
        return b"\0" not in data
    try:
        found = {match.extension for match in puremagic.magic_string(data)}
    except puremagic.PureError:
        return False
    # Office files are zip or OLE containers, which share their first bytes.
    return ending in found or (ending[1:] in {"docx", "pptx", "xlsx", "odt"} and ".zip" in found)


def _check_size(file: File, limit: int) -> None:
    if not file.size:
        raise ValidationError(_("The file is empty."))
    if file.size > limit:
        raise ValidationError(
            _("The file is too large: at most %(megabytes)s MB.") % {"megabytes": limit // (1024 * 1024)}
        )


def _safe_name(file: File, ending: str) -> str:
    stem = PurePath(file.name or "").stem[:80]
    return get_valid_filename(f"{stem.strip('. ') or 'file'}{ending}")
