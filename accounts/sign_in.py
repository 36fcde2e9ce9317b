"""Signing in with a code sent to the address, whether or not the address has an account yet.

allauth's own flow tells an unknown address to sign up. Here the account is looked up, or made, only
when the code has come back: until then nothing depends on whether there is one, so neither words nor
time can tell. Codes, attempts, lifetimes and limits stay allauth's.
"""

from typing import Self

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse

from .models import User


class CodeSignIn(LoginCodeVerificationProcess):
    @classmethod
    def begin(cls, request: HttpRequest, email: str) -> None:
        """Send a code to ``email`` and remember it in the session."""
        login = Login(email=email)
        login.state["stages"] = {"current": LoginByCodeStage.key}
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        stage.state.update(cls.initial_state(user=None, email=email), initiated_by_user=True)
        process = cls(stage)
        process.send()
        process.persist()

    @classmethod
    def resume(cls, stage: LoginByCodeStage) -> Self | None:
        """The sign-in under way, or None when its time is up."""
        return cls(stage).abort_if_invalid()

    def send_by_email(self, email: str, skip_enumeration_mails: bool = False) -> None:
        context = {"request": self.request, "code": self.generate_code()}
        get_adapter().send_mail("account/email/login_code", email, context)

    def resend(self) -> None:
        """Raises RateLimited; a new code counts like a new request for one."""
        ratelimit.consume(
            self.request, action="request_login_code", key=self.state["email"], raise_exception=True
        )
        super().resend()

    def finish(self, redirect_url: str | None) -> HttpResponse:
        self._user = User.objects.for_address(self.state["email"])
        return super().finish(redirect_url)
