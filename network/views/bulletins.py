"""Where the link of a bulletin leads whoever wants no more of them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import pgettext_lazy

from common.secret_pages import secret_page
from network import actions
from network.bulletin_mails import member_of


@secret_page
def unsubscribe(request: HttpRequest, secret: str) -> HttpResponse:
    """GET asks, and changes nothing; POST does it, from the page's button or a mail program (RFC 8058)."""
    member = member_of(secret)
    if member is None:
        return render(request, "network/unsubscribe_gone.html", status=404)
    if request.method == "POST":
        actions.stop_bulletins(member)
        return render(request, "network/unsubscribed.html")
    template = "network/unsubscribe.html" if member.wants_bulletins else "network/unsubscribed.html"
    return render(request, template)


urlpatterns = [
    path(pgettext_lazy("url", "network/unsubscribe/<str:secret>/"), unsubscribe, name="unsubscribe"),
]
