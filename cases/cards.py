"""What a case shows in a list: the facts that matter to somebody who thinks of copying it."""

from typing import Any

from django.template.defaultfilters import truncatechars
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from .models import Case, Established, Evidence, LifeCycle

SUMMARY_LENGTH = 260
# The best known effect comes first.
_STRENGTH = [Established.EVALUATED, Established.MEASURED, Established.ESTIMATED]


def card(case: Case) -> dict[str, Any]:
    """The case for ``components/case_card.html`` and ``result_row.html``, in the active language.

    Makes no query where the case came from ``for_cards()``.
    """
    text = case.text
    if text is None:
        raise ValueError(f"Case {case.pk} has no text to show.")
    return {
        "id": case.pk,
        "url": reverse("cases:detail", args=[case.pk, text.slug]),
        "title": text.title,
        "summary": text.summary or truncatechars(text.solution, SUMMARY_LENGTH),
        "language": text.language,
        "owner": case.owner.name if case.owner else "",
        "year": case.started_year,
        "principles": case.principles,
        "pills": _pills(case),
        "facts": _facts(case),
        "is_example": case.is_example,
    }


def strongest(evidence: list[Evidence]) -> Evidence | None:
    """The effect that is known best; of equally known ones, the first told. Costs are no effect."""
    effects = [row for row in evidence if row.kind != Evidence.Kind.ONE_OFF_COST]
    return min(effects, key=lambda row: _STRENGTH.index(Established(row.established)), default=None)


def _pills(case: Case) -> list[dict[str, str]]:
    pills = [{"text": theme.name, "tone": "quiet"} for theme in case.themes]
    if case.life_cycle:
        status = LifeCycle(case.life_cycle)
        text = _("Discontinued: lessons kept") if status == LifeCycle.DISCONTINUED else str(status.label)
        pills.append({"text": text, "tone": status.tone})
    if case.country.code != "FI":
        pills.append({"text": case.country.name, "tone": "quiet"})
    return pills


def _facts(case: Case) -> list[dict[str, str]]:
    facts = []
    if case.adopter_count:
        label = ngettext("organisation has adopted it", "organisations have adopted it", case.adopter_count)
        facts.append({"value": str(case.adopter_count), "label": label, "tone": "blue"})
    if best := strongest(list(case.evidence.all())):
        facts.append(
            {
                "value": best.display_value,
                "label": _("%(effect)s (%(established)s)")
                % {
                    "effect": best.label_in(get_language()),
                    "established": str(Established(best.established).label).lower(),
                },
                "tone": best.tone,
            }
        )
    return facts
