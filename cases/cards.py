"""What a case shows in a list: the facts that matter to somebody who thinks of copying it."""

from collections.abc import Iterable
from typing import Any

from django.template.defaultfilters import truncatechars
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from taxonomy.models import Term, Vocabulary

from .models import Case, CaseText, Established, Evidence, LifeCycle

SUMMARY_LENGTH = 260
# The best known effect comes first.
_STRENGTH = [Established.EVALUATED, Established.MEASURED, Established.ESTIMATED]
# Said of a text that is not in the page's language.
_WRITTEN_IN = {
    "fi": gettext_lazy("In Finnish"),
    "sv": gettext_lazy("In Swedish"),
    "en": gettext_lazy("In English"),
}


def card(case: Case, *, text: CaseText | None = None, terms: Iterable[Term] | None = None) -> dict[str, Any]:
    """The case for ``components/case_card.html`` and ``result_row.html``, in the active language.

    ``text`` is shown in place of the one that the case's own page shows; ``terms`` are the case's, where the
    caller has them. Makes no query where the case came from ``for_cards()``.
    """
    on_page = case.text
    if on_page is None:
        raise ValueError(f"Case {case.pk} has no text to show.")
    text = text or on_page
    terms = list(case.terms.all() if terms is None else terms)
    return {
        "id": case.pk,
        "url": reverse("cases:detail", args=[case.pk, on_page.slug]),
        "title": text.title,
        "summary": text.summary or truncatechars(text.solution, SUMMARY_LENGTH),
        "language": text.language,
        "owner": case.owner.name if case.owner else "",
        "year": case.started_year,
        "principles": [term for term in terms if term.vocabulary == Vocabulary.PRINCIPLE],
        "pills": [
            *({"text": term.name, "tone": "quiet"} for term in terms if term.vocabulary == Vocabulary.THEME),
            *_pills(case, text.language),
        ],
        "facts": _facts(case),
        "is_example": case.is_example,
    }


def strongest(evidence: list[Evidence]) -> Evidence | None:
    """The effect that is known best; of equally known ones, the first told. Costs are no effect."""
    effects = [row for row in evidence if row.kind != Evidence.Kind.ONE_OFF_COST]
    return min(effects, key=lambda row: _STRENGTH.index(Established(row.established)), default=None)


def _pills(case: Case, language: str) -> list[dict[str, str]]:
    pills = []
    if case.life_cycle:
        status = LifeCycle(case.life_cycle)
        text = _("Discontinued: lessons kept") if status == LifeCycle.DISCONTINUED else str(status.label)
        pills.append({"text": text, "tone": status.tone})
    if case.country.code != "FI":
        pills.append({"text": case.country.name, "tone": "quiet"})
    if language != get_language():
        pills.append({"text": str(_WRITTEN_IN[language]), "tone": "quiet"})
    if case.source:
        pills.append({"text": _("Source: %(source)s") % {"source": case.source.name}, "tone": "quiet"})
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
