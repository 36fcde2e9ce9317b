"""The site's addresses, and the floor: what rendering the list page costs when nothing has to be found."""

from typing import Any

from django.conf.urls.i18n import i18n_patterns
from django.urls import path

from cases.models import Case
from cases.results import render_row
from cases.views.finding import CaseListView
from innovation_registry.urls import urlpatterns as site


class FloorView(CaseListView):
    """The list's first page with its rows and facets in memory: only the first request asks the database."""

    remembered: dict[str, Any] = {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if not self.remembered:
            context = super().get_context_data(**kwargs)
            ids = list(context["page_obj"].object_list)
            found = Case.objects.public().for_cards().in_bulk(ids)
            self.remembered.update(context, cases=[found[pk] for pk in ids])
        rows = [render_row(case) for case in self.remembered["cases"]]
        return {**self.remembered, "rows": rows, "view": self}


urlpatterns = [*i18n_patterns(path("floor/", FloorView.as_view())), *site]
