"""Where allauth asks the project: mail, second factors, the identity provider."""

from io import BytesIO
from typing import Any, cast

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from qrcode.image.svg import SvgPathFillImage

from common.mail import enqueue

from .models import User


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: an account comes with the first sign-in."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Those who have not told their name come to the page for that."""
        if not cast(User, request.user).display_name:
            return reverse("account_profile")
        return super().get_login_redirect_url(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send through the task queue, in the language of the page."""
        request = allauth_context.request
        everything = {
            "request": request,
            "email": email,
            "current_site": get_current_site(request),
            **context,
        }
        enqueue(self.render_mail(template_prefix, email, everything))


class SecondFactorAdapter(DefaultMFAAdapter):
    def get_totp_issuer(self) -> str:
        return gettext("Innovation registry")

    def build_totp_svg(self, url: str) -> str:
        """The QR code as an element for the page itself: the content policy allows no data: addresses."""
        svg = BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(svg)
        _declaration, _separator, element = svg.getvalue().decode().partition("<svg")
        return f"<svg{element}"


class IdentityProviderAdapter(DefaultSocialAccountAdapter):
    """The identity provider vouches for an address; the account is that of the address."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        verified = [address.email for address in sociallogin.email_addresses if address.verified]
        if not verified:
            raise ImmediateHttpResponse(
                render(request, "socialaccount/address_not_verified.html", status=403)
            )
        # Signing in is all there is: nothing is connected to an account that is already signed in.
        sociallogin.state["process"] = AuthProcess.LOGIN
        name = sociallogin.user.display_name if sociallogin.user else ""
        sociallogin.user = User.objects.for_address(verified[0], display_name=name)

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> AbstractBaseUser:
        user = super().populate_user(request, sociallogin, data)
        user.display_name = (data.get("name") or "")[:120]
        return user
