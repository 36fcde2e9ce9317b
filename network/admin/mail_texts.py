"""Words of the network's mails, and the mails that have not gone."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.mail import make_mail
from network import mail_queue, mail_texts
from network.models import MailText

from .base import CoordinatedAdmin, user_of


class WordsForm(forms.Form):
    """Subject and text of one mail in one language."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=150)
    text = forms.CharField(
        label=gettext_lazy("Text"), max_length=5000, widget=forms.Textarea(attrs={"rows": 14})
    )

    def __init__(self, *arguments: Any, mail: str, language: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.mail = mail
        for name in ("subject", "text"):
            self.fields[name].widget.attrs["lang"] = language
        kind = mail_texts.KINDS[mail]
        if kind.places:
            self.fields["text"].help_text = _("Places that are filled in: %(places)s") % {
                "places": ", ".join(f"{{{place}}}" for place in kind.places)
            }

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not self.errors:
            for name, reason in mail_texts.faults(self.mail, told["subject"], told["text"]):
                self.add_error(name, reason)
        return told


@admin.register(MailText)
class MailTextAdmin(CoordinatedAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="network_mailtext_changelist"),
            path("queue/", view(self.queue), name="network_mailtext_queue"),
            path("queue/<uuid:key>/retry/", view(require_POST(self.retry)), name="network_mailtext_retry"),
            path("<slug:mail>/<slug:language>/", view(self.words), name="network_mailtext_words"),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Every mail in every language, and whose words it has."""
        self._only_coordinators(request)
        own = set(MailText.objects.values_list("mail", "language"))
        rows = [
            (
                kind.label,
                [
                    {
                        "language": language,
                        "name": get_language_info(language)["name_translated"],
                        "is_own": (mail, language) in own,
                        "url": reverse("admin:network_mailtext_words", args=[mail, language]),
                    }
                    for language, _name in settings.LANGUAGES
                ],
            )
            for mail, kind in mail_texts.KINDS.items()
        ]
        context = self._context(request, _("Words of mails"), rows=rows)
        return TemplateResponse(request, "admin/network/mail_texts.html", context)

    def words(self, request: HttpRequest, mail: str, language: str) -> HttpResponse:
        """GET and “show” preview; “save” keeps the words; “default” takes them away."""
        self._only_coordinators(request)
        if mail not in mail_texts.KINDS or language not in dict(settings.LANGUAGES):
            raise Http404
        here = reverse("admin:network_mailtext_words", args=[mail, language])
        if "default" in request.POST:
            mail_texts.back_to_default(by=user_of(request), mail=mail, language=language)
            messages.success(request, _("The mail has the site’s own words again."))
            return HttpResponseRedirect(here)
        subject, text = mail_texts.current(mail, language)
        data = request.POST if request.method == "POST" else None
        form = WordsForm(data, mail=mail, language=language, initial={"subject": subject, "text": text})
        if form.is_bound and form.is_valid():
            subject, text = form.cleaned_data["subject"], form.cleaned_data["text"]
            if "save" in request.POST:
                mail_texts.write_words(
                    by=user_of(request), mail=mail, language=language, subject=subject, text=text
                )
                messages.success(request, _("The words have been saved. The next mail has them."))
                return HttpResponseRedirect(here)
        shown = None
        if not form.errors:
            filled = mail_texts.filled(mail, subject, text, mail_texts.examples(language))
            shown = make_mail(mail, "maija@example.org", language, *filled)
        context = self._context(
            request,
            mail_texts.KINDS[mail].label,
            language_name=get_language_info(language)["name_translated"],
            language=language,
            form=form,
            has_errors=bool(form.errors),
            shown=shown,
            is_own=MailText.objects.filter(mail=mail, language=language).exists(),
            history=MailText.history.filter(mail=mail, language=language).select_related("history_user")[:50],
        )
        return TemplateResponse(request, "admin/network/mail_words.html", context)

    def queue(self, request: HttpRequest) -> HttpResponse:
        """The network's mails that wait, failed or were tried."""
        self._only_coordinators(request)
        context = self._context(
            request,
            _("Mails that have not gone"),
            rows=mail_queue.mails(),
            counts=mail_queue.counts(),
            most=mail_queue.MOST,
            in_database=settings.TASKS_IN_DATABASE,
        )
        return TemplateResponse(request, "admin/network/mail_queue.html", context)

    def retry(self, request: HttpRequest, key: Any) -> HttpResponse:
        self._only_coordinators(request)
        if mail_queue.retry(key):
            messages.success(request, _("The mail is in the queue again."))
        else:
            messages.warning(
                request, _("The mail was not there any more, or is being sent. Nothing was done.")
            )
        return HttpResponseRedirect(reverse("admin:network_mailtext_queue"))

    def _only_coordinators(self, request: HttpRequest) -> None:
        if not self.may_open(request.user):
            raise PermissionDenied

    def _context(self, request: HttpRequest, title: Any, **more: Any) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title, **more}
