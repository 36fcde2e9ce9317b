"""The list of innovations, with search and facets."""

from django.views.generic import ListView

from cases.models import Case


class CaseListView(ListView):
    model = Case
    template_name = "cases/list.html"
