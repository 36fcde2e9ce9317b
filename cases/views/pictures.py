"""The picture of an innovation that chats and social media show beside a link to it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.models import Case, CaseText
from common import share_pictures
from common.error_views import gone
from common.share_pictures import SharePicture


def of_case(case: Case, text: CaseText) -> SharePicture:
    """Where the picture is, with what it says; its address changes whenever the case does."""
    path = f"{reverse('cases:picture', args=[case.pk])}?v={case.changed_at:%Y%m%d%H%M%S}"
    return SharePicture(path=path, alt=": ".join(filter(None, [_below(case), text.title])))


def _below(case: Case) -> str:
    """The owner, and since when."""
    return ", ".join(filter(None, [case.owner.name if case.owner else "", str(case.started_year or "")]))


@require_safe
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """Title, owner, year and principles: three queries. As the page, not there before it is public."""
    case = (
        Case.objects.public().select_related("owner").prefetch_related("texts", "terms").filter(pk=pk).first()
    )
    if case is None and Case.objects.gone().filter(pk=pk).exists():
        return gone(request)
    if case is None or case.text is None:
        raise Http404
    return share_pictures.answer(
        request,
        share_pictures.of_words(
            case.text.title,
            below=_below(case),
            principles=[principle.code for principle in case.principles],
            ribbon=_("Invented example") if case.is_example else "",
        ),
    )
