from typing import Any, cast

from allauth.account.internal.decorators import login_stage_required
from allauth.account.stages import LoginByCodeStage
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.messages.views import SuccessMessageMixin
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.generic import UpdateView

from .forms import ConfirmCodeForm, ProfileForm, RequestCodeForm
from .models import User
from .sign_in import CodeSignIn


class RequestCodeView(RequestLoginCodeView):
    """Asks for an address; whatever it is, a code goes there."""

    form_class = RequestCodeForm

    def form_valid(self, form: BaseForm) -> HttpResponse:
        CodeSignIn.begin(self.request, email=form.cleaned_data["email"])
        return HttpResponseRedirect(self.get_success_url())


@method_decorator(
    login_stage_required(stage=LoginByCodeStage.key, redirect_urlname="account_request_login_code"),
    name="dispatch",
)
class ConfirmCodeView(ConfirmLoginCodeView):
    form_class = ConfirmCodeForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.stage = request._login_stage  # type: ignore[attr-defined]
        self._process = CodeSignIn.resume(self.stage)
        if self._process is None:
            return redirect("account_request_login_code")
        # Past the parent, whose dispatch() would resume allauth's own process.
        return super(ConfirmLoginCodeView, self).dispatch(request, *args, **kwargs)


class ProfileView(LoginRequiredMixin, SuccessMessageMixin, UpdateView):
    form_class = ProfileForm
    template_name = "account/profile.html"
    success_url = reverse_lazy("account_profile")
    success_message = _("Your details have been saved.")

    def get_object(self, queryset: Any = None) -> User:
        return cast(User, self.request.user)
