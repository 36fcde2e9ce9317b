"""From names of organisations to rows of the register.

A name is looked for in three languages among the organisations of its country, their former names too.
A name that is not there makes a new organisation, which waits for staff to check it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from accounts.models import Organisation, OrganisationKind
from common.imports.options import Options
from common.imports.text import folded
from taxonomy.models import NameStatus

from .fields import Cells, Otherwise, Told, country_values

FINLAND = "FI"
NAME_LENGTH = Organisation._meta.get_field("name").max_length or 0
REASON = "import of cases"


@dataclass(frozen=True)
class Named:
    """An organisation as a file names it, or by its code in the register; ``kind`` is for a new one."""

    name: str
    country: str
    kind: str
    code: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return folded(self.name), self.country


class Register:
    """The organisations of the registry by code and by name, and those to be added."""

    def __init__(self, language: str):
        self._language = language
        self._by_code: dict[str, int] = {}
        self._by_name: dict[tuple[str, str], int] = {}
        self.new: dict[tuple[str, str], Named] = {}
        organisations = list(Organisation.objects.filter(is_example=False).order_by("pk"))
        self._by_code = {one.code: one.pk for one in organisations if one.code}
        # Present names win over former ones, and organisations that go on over those that ended.
        for one in sorted(organisations, key=lambda one: one.has_ended):
            for name in _names(one):
                self._by_name.setdefault((folded(name), one.country.code), one.pk)
        here = {one.pk for one in organisations}
        history: Any = Organisation.history  # type: ignore[attr-defined]  # django-simple-history adds it
        for former in history.filter(id__in=here).order_by("-history_date", "-history_id"):
            for name in _names(former):
                self._by_name.setdefault((folded(name), former.country.code), former.id)

    def knows_code(self, code: str) -> bool:
        return code in self._by_code

    def id_of(self, named: Named) -> int | None:
        """The organisation's row; None for one that is to be added."""
        if named.code:
            return self._by_code[named.code]
        found = self._by_name.get(named.key)
        if found is None:
            self.new.setdefault(named.key, named)
        return found

    def add_new(self) -> int:
        """Put those that were asked for and not found in the registry; returns how many."""
        if not self.new:
            return 0
        made = bulk_create_with_history(
            [
                Organisation(
                    **{f"name_{self._language}": named.name},
                    country=named.country,
                    kind=named.kind,
                    name_status=NameStatus.TO_CHECK,
                )
                for named in self.new.values()
            ],
            Organisation,
            batch_size=500,
            default_change_reason=REASON,
            default_date=timezone.now(),
        )
        self._by_name.update(zip(self.new, (one.pk for one in made), strict=True))
        self.new.clear()
        return len(made)


def _names(organisation: Organisation) -> Iterator[str]:
    for language in ("fi", "sv", "en"):
        if name := getattr(organisation, f"name_{language}"):
            yield name


class Naming:
    """What a mapping says of organisations: the table ``[organisations]``."""

    def __init__(self, options: Options):
        self.aliases = options.take_map("aliases")
        self.codes = options.take_map("codes")
        self.beginnings = options.take_map("beginnings")
        kept = options.take_options("otherwise")
        self.otherwise = Otherwise(kept) if kept else None
        if self.beginnings and self.otherwise is None:
            raise options.error("has “beginnings”, so it needs “otherwise” to keep the whole text.")
        self.kind_column, self.kinds = "", {}
        if kind := options.take_options("kind"):
            self.kind_column, self.kinds = kind.take("column", str), kind.take_map("values")
            for value in self.kinds.values():
                if value not in OrganisationKind.values:
                    raise kind.error(f"There is no kind “{value}”: {', '.join(OrganisationKind.values)}.")
            kind.done()
        self.country_column, self.countries, self.names = "", {}, {}
        if country := options.take_options("country"):
            self.country_column = country.take("column", str, "")
            self.countries, self.names = country_values(country), country_values(country, "names")
            country.done()
        options.done()
        self.columns = tuple(filter(None, (self.kind_column, self.country_column)))

    def unknown_codes(self, register: Register) -> list[str]:
        return [code for code in self.codes.values() if not register.knows_code(code)]

    def named(self, column: str, value: str, cells: Cells, told: Told) -> Named | None:
        """The organisation that the value means; None, with a refusal, when it cannot be a name."""
        key = folded(value)
        if code := self.codes.get(key):
            return Named(value, "", "", code)
        name = self.aliases.get(key, value)
        for beginning, meant in self.beginnings.items():
            if key.startswith(beginning) and self.otherwise:
                name = meant
                self.otherwise.keep(column, value, told, f"the owner is “{meant}”")
        if len(name) > NAME_LENGTH:
            told.refuse(
                column,
                f"{len(name)} characters; at most {NAME_LENGTH} fit a name. Name the organisation in the "
                "mapping: [organisations.beginnings]",
            )
            return None
        country = self._country(name, cells, told)
        return Named(name, country, self._kind(cells, country))

    def _country(self, name: str, cells: Cells, told: Told) -> str:
        """The owner's country: by its name, else by the column that tells it, else the case's."""
        by_column = self.countries.get(folded(cells[self.country_column])) if self.country_column else None
        return self.names.get(folded(name)) or by_column or told.facts.get("country", FINLAND)

    def _kind(self, cells: Cells, country: str) -> str:
        if country != FINLAND:
            return OrganisationKind.FOREIGN
        found = self.kinds.get(folded(cells[self.kind_column])) if self.kind_column else None
        return found or OrganisationKind.OTHER
