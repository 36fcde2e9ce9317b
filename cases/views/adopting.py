"""Telling that one's organisation took an innovation up."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import Organisation
from accounts.register import Register
from cases import actions
from cases.forms.adopting import AdoptionReportForm
from cases.models import Adoption, Case
from common.workflow import TransitionRefused

from .own import SignedInRequest, signed_in

# Reports of one person that staff have not looked at yet.
MOST_OPEN_REPORTS = 20


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def report_adoption(request: SignedInRequest, pk: int) -> HttpResponse:
    """Anyone signed in tells who took a public case up; staff confirm it before it is shown."""
    case = get_object_or_404(Case.objects.public().select_related("owner").prefetch_related("texts"), pk=pk)
    register = Register()
    own = request.user.organisation or Organisation.objects.for_email(request.user.email)
    form = AdoptionReportForm(
        request.POST or None, register=register, initial={"organisation": own.name if own else ""}
    )
    open_reports = Adoption.objects.filter(reported_by=request.user, state=Adoption.State.REPORTED)
    if request.method == "POST" and form.is_valid():
        if open_reports.count() >= MOST_OPEN_REPORTS:
            form.add_error(
                None,
                _("Many adoptions that you told of wait for staff. Tell of more when they have answered."),
            )
        else:
            try:
                actions.report_adoption(case, by=request.user, **form.cleaned_data)
            except TransitionRefused as refusal:
                form.add_error("organisation", str(refusal))
            else:
                messages.success(
                    request, _("Thank you. The adoption is shown on the page when staff have confirmed it.")
                )
                return redirect(case.get_absolute_url())
    here = _("Tell of an adoption")
    context = {
        "case": case,
        "form": form,
        "offered": register.offered,
        "breadcrumbs": [(case.text.title if case.text else "", case.get_absolute_url()), (here, "")],
    }
    return render(request, "cases/submit/report_adoption.html", context)


urlpatterns = [
    path(pgettext_lazy("url", "innovations/<int:pk>/adopted/"), report_adoption, name="report_adoption")
]
