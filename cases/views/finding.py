"""The list of innovations: search, facets, order and pages, all in the address."""

from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from cases.facets import Place
from cases.filters import CaseFilter
from cases.results import rendered
from common.files import Format
from common.search.analysis import MAX_QUERY_LENGTH

PAGE_SIZE = 20


class CaseListView(TemplateView):
    """Every public innovation that the address asks for, a page at a time."""

    template_name = "cases/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = CaseFilter(self.request.GET)
        # A page beyond the last is the last one; what is no number is the first.
        page = Paginator(asked.hits, PAGE_SIZE).get_page(self.request.GET.get("page"))
        count = page.paginator.count
        return super().get_context_data(
            asked=asked,
            page_obj=page,
            title=_("%(words)s: innovations") % {"words": asked.words} if asked.words else _("Innovations"),
            rows=rendered(list(page.object_list), words=asked.words, index=asked.index),
            count_text=ngettext("%(count)s innovation", "%(count)s innovations", count)
            % {"count": number_format(count, force_grouping=True)},
            facets=asked.facets(Place.LINKED) + asked.facets(Place.OPEN),
            folded_facets=asked.facets(Place.FOLDED),
            is_folded_open=asked.has_chosen(Place.FOLDED),
            sorts=[(sort, asked.address(sort=sort)) for sort in asked.sorts],
            hidden_sort=asked.sort.value if asked.sort != asked.default_sort else "",
            clear_url=asked.address(without_filters=True),
            without_words_url=asked.address(words=""),
            suggestion_url=asked.address(words=asked.suggestion) if asked.suggestion else "",
            left_out=", ".join(value[:40] for value in asked.left_out[:5]),
            feed_url=reverse("cases:feed") + asked.query,
            download_text=ngettext("Download %(count)s innovation:", "Download %(count)s innovations:", count)
            % {"count": number_format(count, force_grouping=True)},
            downloads=[
                (format, reverse("cases:download", args=[format.value]) + asked.address().removesuffix("?"))
                for format in Format
            ],
            longest_query=MAX_QUERY_LENGTH,
            breadcrumbs=[(_("Innovations"), "")],
            **kwargs,
        )
