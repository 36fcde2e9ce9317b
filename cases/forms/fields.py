"""Fields of forms that the telling of an innovation needs beside Django's own."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import DecimalValidator, MaxValueValidator, MinValueValidator, URLValidator
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from cases.models import FIRST_YEAR

YEARS_AHEAD = 5
_SPACES = dict.fromkeys(map(ord, " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"))
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)


class WebAddressField(forms.URLField):
    """An address that a reader's browser may open: https is added when nothing is said."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=500, assume_scheme="https", **options)


class YearField(forms.IntegerField):
    """A year in four digits."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "numeric", "size": "4"}), **options)
        self.error_messages["invalid"] = _("Give the year in four digits, for example 2023.")

    def validate(self, value: int | None) -> None:
        super().validate(value)
        last = timezone.localdate().year + YEARS_AHEAD
        if value is not None and not FIRST_YEAR <= value <= last:
            raise ValidationError(
                _("Give a year between %(first)s and %(last)s."), params={"first": FIRST_YEAR, "last": last}
            )


class CountField(forms.IntegerField):
    """A number of people."""

    default_validators = [MinValueValidator(1), MaxValueValidator(100_000_000)]

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "numeric"}), **options)

    def to_python(self, value: Any) -> int | None:
        return super().to_python(value.translate(_SPACES) if isinstance(value, str) else value)


class FigureField(forms.CharField):
    """A decimal as people write it: "3 200", "−21,5"; gives a plain string such as "-21.5".

    A comma is the decimal mark, but in English it parts thousands.
    """

    default_error_messages = {"invalid": _("Give only the number, for example 3200 or −21.5.")}
    _limits = DecimalValidator(max_digits=14, decimal_places=2)

    def to_python(self, value: Any) -> str:
        written = (super().to_python(value) or "").translate(_SPACES).replace("\N{MINUS SIGN}", "-")
        if not written:
            return ""
        if get_language() == "en":
            written = written.replace(",", "") if _THOUSANDS.fullmatch(written) else written
        else:
            written = written.replace(",", ".")
        if not _PLAIN.fullmatch(written):
            raise ValidationError(self.error_messages["invalid"], "invalid")
        figure = Decimal(written)
        self._limits(figure)
        return f"{figure:f}"

    def prepare_value(self, value: Any) -> Any:
        """As people write it in the active language; what was typed stays as it was typed."""
        if isinstance(value, str) and _PLAIN.fullmatch(value):
            return value.replace(".", get_format("DECIMAL_SEPARATOR")).replace("-", "\N{MINUS SIGN}")
        return value


class TextField(forms.CharField):
    """A text in ``language``. One that is too long is told of by the form, which keeps it all the same."""

    def __init__(self, *, language: str, rows: int = 1, longest: int | None = None, **options: Any) -> None:
        attrs: dict[str, Any] = {"lang": language}
        widget = forms.Textarea(attrs={**attrs, "rows": rows}) if rows > 1 else forms.TextInput(attrs=attrs)
        super().__init__(widget=widget, required=False, **options)
        # For the counter and the form: not a validator, and not an attribute by which browsers cut a text.
        self.max_length = longest

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")

    def too_long(self, text: str) -> str:
        """What to say of a text that is too long; nothing of one that is not."""
        if self.max_length is None or len(text) <= self.max_length:
            return ""
        return gettext(
            "Shorten this to %(limit)s characters at most. It has %(count)s now: all of it is kept."
        ) % {"limit": self.max_length, "count": len(text)}
