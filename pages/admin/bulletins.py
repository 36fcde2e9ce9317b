"""Where coordinators write, preview and send bulletins."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import Resolver404, URLPattern, path, resolve, reverse
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from cases.models import Case
from common.admin.acts import Act, ActForm
from common.admin.counters import Counter
from common.admin.pages import holding, status_pill
from common.workflow import TransitionRefused, decide
from network import bulletin_actions, bulletin_workflow
from network.admin.base import CoordinatedAdmin, user_of
from network.models import Bulletin, BulletinText, Delivery, Event
from network.queries import may_coordinate
from pages import bulletins

# Of a text of a bulletin, in its list and in the search over everything.
_SEARCHED = ("subject", "body")


class BulletinForm(forms.Form):
    """Subject and text in each language, and innovations by their addresses."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for language, _name in settings.LANGUAGES:
            name = get_language_info(language)["name_translated"]
            self.fields[f"subject_{language}"] = forms.CharField(
                label=_("Subject (%(language)s)") % {"language": name},
                max_length=150,
                required=False,
                widget=forms.TextInput(attrs={"lang": language}),
            )
            self.fields[f"body_{language}"] = forms.CharField(
                label=_("Text (%(language)s)") % {"language": name},
                max_length=20_000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 10, "lang": language}),
                help_text=_("Markdown: **strong**, [link](https://…), lists with dashes, ## headings."),
            )
            for field in (f"subject_{language}", f"body_{language}"):
                # A draft may lack it, sending may not.
                self.fields[field].needed = True  # type: ignore[attr-defined]
        self.fields["cases"] = forms.CharField(
            label=_("Innovations"),
            help_text=_("Addresses of their pages, one on each line, in the order in which they are shown."),
            required=False,
            widget=forms.Textarea(attrs={"rows": 5}),
        )

        self.fields["events"] = forms.ModelMultipleChoiceField(
            label=_("Events"),
            queryset=Event.objects.filter(state=Event.State.PUBLISHED, ends_at__gt=timezone.now()),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def clean_cases(self) -> list[Case]:
        """The public innovations whose pages these are."""
        found: list[Case] = []
        for line in self.cleaned_data["cases"].split():
            number = _case_number(line)
            case = Case.objects.public().filter(pk=number).first() if number else None
            if case is None:
                words = _("This is not the address of a public innovation: %(line)s")
                raise ValidationError(words % {"line": line}, code="unknown")
            if case not in found:
                found.append(case)
        return found

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for language, _name in settings.LANGUAGES:
            if bool(told.get(f"subject_{language}")) != bool(told.get(f"body_{language}")):
                self.add_error(
                    f"body_{language}" if told.get(f"subject_{language}") else f"subject_{language}",
                    _("Write both subject and text, or neither."),
                )
        if not any(told.get(f"subject_{language}") for language, _name in settings.LANGUAGES):
            self.add_error("subject_" + settings.LANGUAGES[0][0], _("Write it in one language at least."))
        return told

    @property
    def texts(self) -> dict[str, tuple[str, str]]:
        told = self.cleaned_data
        return {
            language: (told[f"subject_{language}"], told[f"body_{language}"])
            for language, _name in settings.LANGUAGES
        }


def _case_number(address: str) -> int | None:
    """Of the page at this address, whichever language it is in."""
    where = "/" + address.partition("://")[2].partition("/")[2] if "://" in address else address
    with translation.override(where.strip("/").partition("/")[0][:2] or None):
        try:
            match = resolve(where.partition("?")[0])
        except Resolver404:
            return None
    return match.kwargs.get("pk") if match.view_name == "cases:detail" else None


class StartForm(ActForm):
    """Which version was read."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)


def _test(bulletin: Bulletin, *, by: Any) -> None:
    bulletin_actions.send_test(bulletin, by=by, mail_in=bulletins.mail_in)


def _start(bulletin: Bulletin, *, by: Any, seen_version: int) -> int:
    bulletin.version = seen_version
    return bulletin_actions.start(bulletin, by=by, send=bulletins.enqueue_sending)


def _resume(bulletin: Bulletin, *, by: Any) -> None:
    bulletin_actions.resume(bulletin, by=by, send=bulletins.enqueue_sending)


def _what_start_does(bulletin: Bulletin) -> str:
    counts = bulletin_actions.recipients()
    each = ", ".join(
        f"{get_language_info(language)['name_translated']}: {count}" for language, count in counts.items()
    )
    return _("Members who want bulletins get it by e-mail: %(total)s. By language: %(each)s.") % {
        "total": sum(counts.values()),
        "each": each,
    }


def waiting_for(user: Any) -> Iterator[Counter]:
    """Bulletins that a coordinator should let go on, for the start page; nothing while all is well."""
    stopped = bulletins.standing_still() if may_coordinate(user) else []
    if stopped:
        # One is opened at once; of several the list says which are being sent.
        one = reverse("admin:network_bulletin_change", args=[stopped[0].pk])
        url = one if len(stopped) == 1 else reverse("admin:network_bulletin_changelist")
        label = ngettext("Bulletin stands still", "Bulletins stand still", len(stopped))
        yield Counter(label, len(stopped), url, _("Open it and press “Go on sending”"), is_late=True)


@admin.register(Bulletin)
class BulletinAdmin(CoordinatedAdmin):
    acts = (
        Act(
            transition=bulletin_workflow.TEST,
            run=_test,
            what=gettext_lazy("You get the mail in each language, to your own address. Nobody else gets it."),
        ),
        Act(
            transition=bulletin_workflow.START,
            run=_start,
            what=_what_start_does,
            public=gettext_lazy("The bulletin stands in the archive. It can be changed no more."),
            done=gettext_lazy("Sending has begun"),
            form=StartForm,
        ),
        Act(
            transition=bulletin_workflow.RESUME,
            run=_resume,
            what=gettext_lazy(
                "Sending goes on where it stopped. Nobody is mailed twice, also if it has not stopped."
            ),
        ),
    )
    page_template = "admin/network/bulletin.html"
    list_display = ["shown_subject", "shown_state", "started_at", "created_by"]
    list_display_links = ["shown_subject"]
    list_select_related = ["created_by"]
    search_fields = _SEARCHED
    ordering = ["-created_at", "-pk"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("texts")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Those of which the text in some language has every word."""
        found = holding(BulletinText.objects.all(), _SEARCHED, search_term)
        return queryset.filter(pk__in=found.order_by().values("bulletin")), False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        links = [{"url": reverse("admin:network_bulletin_write"), "label": _("Write a bulletin")}]
        return super().changelist_view(request, {**(extra_context or {}), "list_links": links})

    @admin.display(description=gettext_lazy("Subject"))
    def shown_subject(self, bulletin: Bulletin) -> str:
        return str(bulletin)

    @admin.display(description=gettext_lazy("State"), ordering="state")
    def shown_state(self, bulletin: Bulletin) -> SafeString:
        return status_pill(Bulletin.State(bulletin.state))

    def own_urls(self, name: str) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("write/", view(self.write), name=f"{name}_write"),
            path("<int:pk>/edit/", view(self.write), name=f"{name}_edit"),
            path("<int:pk>/html/<slug:language>/", view(self.html), name=f"{name}_html"),
        ]

    def initial(self, request: HttpRequest, act: Act, subject: Any) -> dict[str, Any]:
        return {"seen_version": subject.version} if act.form is StartForm else {}

    def page_context(self, request: HttpRequest, subject: Bulletin) -> dict[str, Any]:
        written = {text.language for text in subject.texts.all()}
        languages = [language for language, _name in settings.LANGUAGES if language in written]
        mails = [
            {
                "language": language,
                "name": get_language_info(language)["name_translated"],
                "mail": bulletins.mail_in(subject, language).example(user_of(request).email),
                "html_url": reverse("admin:network_bulletin_html", args=[subject.pk, language]),
            }
            for language in languages
        ]
        counts = dict(subject.deliveries.order_by().values_list("state").annotate(count=Count("pk")))
        stands_still = subject in bulletins.standing_still()
        return {
            "state": Bulletin.State(subject.state),
            "mails": mails,
            "progress": [(state.label, counts.get(state.value, 0)) for state in Delivery.State],
            "edit_url": reverse("admin:network_bulletin_edit", args=[subject.pk])
            if subject.state == Bulletin.State.DRAFT
            else "",
            "stands_still": stands_still,
            "main_acts": "resume" if stands_still else "start",
        }

    def html(self, request: HttpRequest, pk: int, language: str) -> HttpResponse:
        """The HTML version by itself, as a mail program shows it."""
        subject = self.subject(request, pk)
        if language not in dict(settings.LANGUAGES) or not subject.texts.all():
            raise Http404
        return HttpResponse(bulletins.mail_in(subject, language).html)

    def write(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """A new bulletin, or a draft to be changed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        bulletin = self.subject(request, pk) if pk else Bulletin()
        decision = decide(bulletin_workflow.EDIT, bulletin, request.user)
        form = BulletinForm(request.POST if request.method == "POST" else None, initial=_initial(bulletin))
        status = 200
        if request.method == "POST" and form.is_valid():
            bulletin.version = form.cleaned_data["seen_version"]
            try:
                with transaction.atomic():
                    bulletin_actions.save(
                        bulletin, by=user_of(request), texts=form.texts, events=form.cleaned_data["events"]
                    )
                    bulletins.choose_cases(bulletin, form.cleaned_data["cases"])
            except TransitionRefused as refused:
                form.add_error(None, str(refused))
                status = 409
            else:
                return HttpResponseRedirect(self.page_url(bulletin))
        if not decision.allowed and request.method != "POST":
            return HttpResponseRedirect(self.page_url(bulletin))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Write a bulletin"),
            "form": form,
            "has_errors": bool(form.errors),
        }
        return TemplateResponse(request, "admin/network/write_bulletin.html", context, status=status)


def _initial(bulletin: Bulletin) -> dict[str, Any]:
    found: dict[str, Any] = {"seen_version": bulletin.version}
    if bulletin.pk is None:
        return found
    for text in bulletin.texts.all():
        found |= {f"subject_{text.language}": text.subject, f"body_{text.language}": text.body}
    found["events"] = [event.pk for event in bulletins.chosen_events(bulletin)]
    cases = bulletins.chosen_cases(bulletin)
    found["cases"] = "\n".join(
        settings.BASE_URL + reverse("cases:detail", args=[case.pk, case.text.slug])
        for case in cases
        if case.text
    )
    return found
