"""Naming an organisation in a form: the register's names as suggestions, found however they are typed."""

from typing import Any

from django import forms
from django.conf import settings

from .models import Organisation


class Register:
    """The organisations that exist now, found by name in any of their languages, whatever the case."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._names: dict[int, str] = {}
        self.offered: list[str] = []
        # Finnish ones win a name that two organisations share: this is their registry.
        found = Organisation.objects.current().order_by("pk")
        for organisation in sorted(found, key=lambda organisation: organisation.country != "FI"):
            self._names[organisation.pk] = organisation.name
            for language, _name in settings.LANGUAGES:
                if name := getattr(organisation, f"name_{language}"):
                    self._ids.setdefault(_folded(name), organisation.pk)
            if organisation.country == "FI" and not organisation.is_example:
                self.offered.append(organisation.name)
        self.offered.sort(key=str.casefold)

    def name_of(self, organisation: int) -> str:
        """The name in the active language, of organisations that ended, too."""
        if organisation not in self._names:
            ended = Organisation.objects.filter(pk=organisation).first()
            self._names[organisation] = ended.name if ended else ""
        return self._names[organisation]

    def words_for(self, named: int | str | None) -> str:
        """The name of an organisation of the register, or the name itself of one that it does not have."""
        return self.name_of(named) if isinstance(named, int) else named or ""

    def find(self, name: str, kept: int | None = None) -> int | None:
        """Id of the organisation with that name; ``kept`` is the one chosen before, which wins."""
        if kept is not None and _folded(self.name_of(kept)) == _folded(name):
            return kept
        return self._ids.get(_folded(name))


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


class OrganisationField(forms.CharField):
    """The name of an organisation, with the register's names as suggestions."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"list": "organisations", "autocomplete": "off"})
        super().__init__(max_length=300, widget=widget, **options)
