"""Public cases with effects, made many at once."""

from typing import Any

from cases import actions
from cases.actions import Incoming
from cases.models import Case
from tests.cases.factories import complete_content, term


def told(
    kind: str, value: Any, unit: str, established: str = "measured", *, baseline: str = ""
) -> dict[str, Any]:
    """One effect in figures; what was measured names a source."""
    return {
        "kind": kind,
        "value": str(value),
        "unit": unit,
        "established": established,
        "baseline": baseline,
        "source": "" if established == "estimated" else "Oma seuranta",
    }


def hours(value: Any, established: str = "measured", unit: str = "h") -> dict[str, Any]:
    return told("hours_saved", value, unit, established)


def of_themes(*codes: str) -> dict[str, Any]:
    """Terms with these themes, made if they are not there yet."""
    for code in codes:
        term("theme", code)
    return {"terms": {"principle": ["1"], "theme": list(codes), "kind": ["service"]}}


def publish(*contents: dict[str, Any], is_example: bool = False) -> list[Case]:
    """Make each content public, in their order. Every key that is not given has a usual value."""
    incoming = [Incoming("", complete_content(**content)) for content in contents]
    made = actions.import_cases(incoming, source=None, publish=True)
    if is_example:
        Case.objects.filter(pk__in=[case.pk for case in made]).update(is_example=True)
        actions.public_changed()
    return list(Case.objects.filter(pk__in=[case.pk for case in made]).order_by("pk"))
