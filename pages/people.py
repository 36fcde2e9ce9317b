"""Members who work on the same as one's own innovations: what joins the network and the cases."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.models import Case
from network.models.joining import INTERESTS
from network.views.members import MemberRequest, members_crumbs, members_only, sharing
from taxonomy.models import Term

PAGE_LENGTH = 24


@members_only
@require_safe
def people(request: MemberRequest) -> HttpResponse:
    """By the member's interests and by the principles and themes of their own innovations.

    Only what others told the network of themselves counts: who wrote an innovation is not told to anybody.
    """
    own_cases = Case.objects.edited_by(request.user).exclude(state=Case.State.WITHDRAWN)
    terms = list(
        Term.objects.filter(**INTERESTS, pk__in=own_cases.values("terms"))
        | Term.objects.filter(pk__in=request.member.interests.values("pk"))
    )
    page = Paginator(sharing(request.member, terms), PAGE_LENGTH).get_page(request.GET.get("page"))
    here = _("People who work on the same")
    context = {"terms": terms, "page_obj": page, "breadcrumbs": members_crumbs(here)}
    return render(request, "pages/people.html", context)
