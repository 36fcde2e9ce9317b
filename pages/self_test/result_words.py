"""What the answers of a test tell, in whole sentences."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from barometer import self_test

from .forms import SelfTestForm

_BY_ANSWER = {
    ("novelty", "first"): gettext_lazy(
        "Your latest innovation is the first of its kind, as far as you know."
    ),
    ("novelty", "adapted"): gettext_lazy("Your latest innovation came from others and was made to fit you."),
    ("novelty", "copy"): gettext_lazy("Your latest innovation is largely a copy of what others do."),
    ("initiator", "employees"): gettext_lazy("It was staff who set it going, alone or with others."),
    ("initiator", "citizens"): gettext_lazy("Residents or customers set it going, alone or with others."),
    ("evaluation", "systematically"): gettext_lazy("You have evaluated it systematically."),
    ("evaluation", "otherwise"): gettext_lazy("You have evaluated it in some way."),
    ("evaluation", "planned"): gettext_lazy("An evaluation is planned."),
    ("spread", "yes"): gettext_lazy("You have told others of it, so that they can take it up."),
}


def summary(form: SelfTestForm, answers: self_test.Answers) -> list[str]:
    """The answers in a few sentences: what there is, before what there is not."""
    return [*_kinds(form, answers), *_latest(answers), *_factors(form, answers), *_partners(form, answers)]


def _kinds(form: SelfTestForm, answers: self_test.Answers) -> Iterator[str]:
    match self_test.has_innovation(answers):
        case True:
            kinds = answers[self_test.FIRST]
            yield ngettext(
                "In two years you have put into use innovations of one kind: %(kinds)s.",
                "In two years you have put into use innovations of %(count)s kinds: %(kinds)s.",
                len(kinds),
            ) % {"count": len(kinds), "kinds": _listed(form, self_test.FIRST, answers)}
        case False if "yes" in answers.get(self_test.ONGOING, ()):
            yield _("You have put no innovation into use in two years, but one is under way.")
        case False:
            yield _("You have put no innovation into use in two years.")
        case None:
            yield _("You do not know whether there has been an innovation in two years.")


def _latest(answers: self_test.Answers) -> Iterator[str]:
    for (question, code), words in _BY_ANSWER.items():
        if code in answers.get(question, ()):
            yield str(words)


def _factors(form: SelfTestForm, answers: self_test.Answers) -> Iterator[str]:
    if answers.get(self_test.PROMOTES):
        yield _("What promoted it: %(factors)s.") % {"factors": _listed(form, self_test.PROMOTES, answers)}
    if answers.get(self_test.HINDERS):
        yield _("What stood in the way: %(factors)s.") % {
            "factors": _listed(form, self_test.HINDERS, answers)
        }


def _partners(form: SelfTestForm, answers: self_test.Answers) -> Iterator[str]:
    partners = set(answers.get("partners", ())) - {self_test.NONE} - self_test.SAYS_NOTHING
    if partners:
        yield _("You worked on it with others: %(partners)s.") % {
            "partners": _listed(form, "partners", answers)
        }


def _listed(form: SelfTestForm, name: str, answers: self_test.Answers) -> str:
    """The labels of the answers, as they stand within a sentence."""
    labels = form.labels(name)
    return ", ".join(_lower_first(labels[code]) for code in answers[name] if code in labels)


def _lower_first(label: str) -> str:
    return label[:1].lower() + label[1:]


def in_words(form: SelfTestForm, answers: self_test.Answers) -> list[tuple[str, str]]:
    """Each question as asked with the answers given, for showing what will be kept."""
    told = []
    for name, codes in answers.items():
        labels = form.labels(name)
        answer = ", ".join(labels[code] for code in codes if code in labels)
        told.append((str(form.fields[name].label), answer))
    return told
