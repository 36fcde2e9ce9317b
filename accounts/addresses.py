"""The pages on which somebody changes the address of their account."""

from typing import cast

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common.secret_pages import secret_page

from . import address_change
from .forms import ChangeAddressForm
from .models import User


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_address(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = ChangeAddressForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        if ratelimit.consume(request, action="change_address", user=user):
            address_change.ask(user, form.cleaned_data["new_email"])
            return redirect("account_change_address_asked")
        form.add_error(None, _("You have asked for many changes today. Please try again tomorrow."))
    return render(request, "account/change_address.html", {"form": form})


@secret_page
def address_link(request: HttpRequest, secret: str) -> HttpResponse:
    """What both mailed links open. Opening changes nothing; a button does."""
    change = address_change.find(secret)
    if change is None or address_change.is_too_old(change):
        return render(request, "account/address_link_gone.html", status=404)
    match request.POST.get("act") if request.method == "POST" else "":
        case "confirm":
            return _confirm(request, secret)
        case "keep":
            address_change.give_up(change)
            return redirect("account_address_kept")
    return render(request, "account/address_link.html", {"change": change})


def _confirm(request: HttpRequest, secret: str) -> HttpResponse:
    try:
        is_changed = address_change.confirm(secret)
    except (LookupError, address_change.AddressTakenError):
        return render(request, "account/address_link_gone.html", status=409)
    return redirect("account_address_changed" if is_changed else "account_address_confirmed")


@login_required
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    return render(request, "account/address_asked.html")


@require_safe
def confirmed(request: HttpRequest) -> HttpResponse:
    return render(request, "account/address_confirmed.html")


@require_safe
def changed(request: HttpRequest) -> HttpResponse:
    return render(request, "account/address_changed.html")


@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    return render(request, "account/address_kept.html")
