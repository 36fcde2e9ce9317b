"""The test of one's own organisation: the form, the result, and keeping a result under a secret address.

Answers are in the address and nowhere else, unless somebody asks for a link.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from allauth.core import ratelimit
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from barometer import kept_tests, self_test, series
from barometer.models import Option, Survey
from common.charts import ON_PAGES, as_svg, layout
from pages.advice import advice

from .forms import SelfTestForm
from .result_words import in_words, summary

# What is left for a chart inside a card on a phone.
NARROW_IN_CARD = 300.0


@require_safe
def form_page(request: HttpRequest) -> HttpResponse:
    """The questions, with the answers that the address holds already."""
    form = _form(initial=_initial(request.GET))
    return render(request, "pages/self_test.html", _form_context(form))


@require_safe
def result_page(request: HttpRequest) -> HttpResponse:
    """What the answers in the address tell; the form with what is wrong when they cannot be read."""
    form = _form(request.GET)
    if not form.is_valid():
        return render(request, "pages/self_test.html", _form_context(form))
    query = urlencode({**form.answers, "edition": form.cleaned_data["edition"]}, doseq=True)
    context = _result(request, form.answers, form.cleaned_data["edition"], form)
    context |= {
        "query": query,
        "keep_url": f"{reverse('pages:self_test_keep')}?{query}",
        "breadcrumbs": [*_crumbs(), (_("Result"), "")],
    }
    return render(request, "pages/self_test_result.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def keep_page(request: HttpRequest) -> HttpResponse:
    """GET tells what will be kept, why and how long; POST keeps it and leads to its secret address."""
    form = _form(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return render(request, "pages/self_test.html", _form_context(form))
    answers, editions = self_test.relevant(form.answers), form.cleaned_data["edition"]
    if request.method == "POST":
        refusal = ratelimit.consume_or_429(request, action="keep_self_test")
        if refusal:
            return refusal
        try:
            return redirect("pages:self_test_kept", kept_tests.keep(answers, editions))
        except kept_tests.TooLargeError:
            form.add_error(None, _("These are more answers than can be kept. Choose fewer."))
            return render(request, "pages/self_test.html", _form_context(form))
    query = urlencode({**answers, "edition": editions}, doseq=True)
    return render(
        request,
        "pages/self_test_keep.html",
        {
            "hidden": [(name, code) for name, codes in answers.items() for code in codes]
            + [("edition", key) for key in editions],
            "answers": in_words(form, answers),
            "editions": [form.surveys[key].name for key in editions],
            "today": timezone.localdate(),
            "result_url": f"{reverse('pages:self_test_result')}?{query}",
            "days": kept_tests.KEPT_FOR.days,
            "until": timezone.localdate() + kept_tests.KEPT_FOR,
            "breadcrumbs": [*_crumbs(), (_("Get a link"), "")],
        },
    )


@require_safe
@never_cache
def kept_page(request: HttpRequest, token: str) -> HttpResponse:
    """A kept result, for whoever has its address; search engines and other sites do not learn of it."""
    kept = kept_tests.find(token)
    if kept is None:
        raise Http404
    form = _form(_as_query(kept.answers, kept.editions))
    # The question bank or the editions may have changed since: what is no longer there is left out.
    form.is_valid()
    answers = form.known_answers
    context = _result(request, answers, form.known_editions, form)
    context |= {
        "kept": kept,
        "address": request.build_absolute_uri(),
        "delete_url": reverse("pages:self_test_delete", args=[token]),
        "query": urlencode({**answers, "edition": form.known_editions}, doseq=True),
        "breadcrumbs": [*_crumbs(), (_("Kept result"), "")],
    }
    response = render(request, "pages/self_test_result.html", context)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def delete_page(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks; POST deletes the kept test at once.

    The address is told to no other site, yet the page's own form needs it: hence not ``no-referrer``, with
    which a browser hides where a form came from, and the form would be refused.
    """
    kept = kept_tests.find(token)
    if kept is None:
        raise Http404
    if request.method == "POST":
        kept.delete()
        return redirect("pages:self_test_deleted")
    response = render(
        request,
        "pages/self_test_delete.html",
        {
            "kept": kept,
            "kept_url": reverse("pages:self_test_kept", args=[token]),
            "breadcrumbs": [*_crumbs(), (_("Delete"), "")],
        },
    )
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def deleted_page(request: HttpRequest) -> HttpResponse:
    """Says that a kept test is no more."""
    return render(request, "pages/self_test_deleted.html", {"breadcrumbs": [*_crumbs(), (_("Deleted"), "")]})


# What they share --------------------------------------------------------------


def _crumbs() -> list[tuple[str, str]]:
    return [
        (_("Innovation barometer"), reverse("barometer:overview")),
        (_("Test your own organisation"), reverse("pages:self_test")),
    ]


def _form(data: QueryDict | None = None, **arguments: Any) -> SelfTestForm:
    """The form as the question bank and the public editions make it: two queries."""
    options = list(
        Option.objects.filter(question__key__in=self_test.COMPARED)
        .select_related("question", "factor")
        .order_by("order", "code")
    )
    if not any(option.question.key == self_test.FIRST for option in options):
        raise Http404("The question bank has not been loaded.")
    surveys = series.editions_that_tell(self_test.COMPARED)
    return SelfTestForm(data, options=options, surveys=surveys, **arguments)


def _initial(parameters: QueryDict) -> dict[str, list[str] | str]:
    """Answers as a form's initial values; what means nothing stays unchosen."""
    return {name: parameters.getlist(name) for name in parameters}


def _form_context(form: SelfTestForm) -> dict[str, Any]:
    crumbs = _crumbs()
    return {"form": form, "breadcrumbs": [*crumbs[:-1], (crumbs[-1][0], "")]}


def _as_query(answers: Mapping[str, Sequence[str]], editions: Sequence[str]) -> QueryDict:
    return QueryDict(urlencode({**answers, "edition": editions}, doseq=True))


def _result(
    request: HttpRequest, answers: self_test.Answers, editions: Sequence[str], form: SelfTestForm
) -> dict[str, Any]:
    """What the result's page shows: at most six queries."""
    answers = self_test.relevant(answers)
    surveys = _chosen(editions, list(form.surveys.values()))
    figures = series.totals(surveys, self_test.COMPARED, request.user) if surveys else []
    comparisons = self_test.comparisons(answers, form.options, surveys, figures)
    spots = self_test.weak_spots(answers)
    factors = {factor.key: factor for factor in form.factors}
    return {
        "sentences": summary(form, answers),
        "has_innovation": self_test.has_innovation(answers),
        "advice": advice(spots, factors),
        "comparisons": [(one, list(_drawings(one))) for one in comparisons if one.has_figures],
        "has_rough_figures": self_test.has_rough_figures(comparisons),
        "not_compared": [one for one in comparisons if not one.has_figures],
        "surveys": surveys,
        "editions": [{"survey": survey, "is_chosen": survey in surveys} for survey in form.surveys.values()],
        "hidden": [(name, code) for name, codes in answers.items() for code in codes],
        "edit_url": f"{reverse('pages:self_test')}?{urlencode({**answers, 'edition': editions}, doseq=True)}",
        "today": timezone.localdate(),
    }


def _drawings(comparison: self_test.Comparison) -> Iterator[SafeString]:
    """The chart for each width of a page; the table beneath says the same."""
    chart = self_test.chart_of(comparison)
    for name, width in {**ON_PAGES, "narrow": NARROW_IN_CARD}.items():
        yield as_svg(
            layout(chart, width),
            id=f"own-{comparison.question.key}-{name}",
            title=comparison.question.title,
            description=_("Your own answers beside the editions’ shares; the table beneath holds the same."),
            layout=name,
        )


def _chosen(keys: Sequence[str], surveys: Sequence[Survey]) -> list[Survey]:
    """The editions of these keys; without any, those that tell most."""
    return [survey for survey in surveys if survey.key in (keys or self_test.usual_editions(surveys))]
