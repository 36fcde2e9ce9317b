"""Pages of the administration about rows that acts are done to: who opens them, buttons, and asking first."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.search.columns import any_contains as any_contains
from common.search.columns import holding as holding
from common.workflow import Decision, TransitionRefused, available, decide

from .acts import Act, ActForm

# Longer ones are no numbers of rows, and no database keeps them.
_DIGITS = 15


def pill(text: Any, tone: str = "quiet") -> SafeString:
    return render_to_string("components/pill.html", {"text": text, "tone": tone})


def status_pill(status: Any) -> SafeString:
    """A member of a ``TextChoices`` in its own words and tone."""
    return pill(status.label, status.tone)


def has_number(name: str, word: str) -> Q:
    """The column is the number that ``word`` is; nothing when it is none."""
    is_number = word.isdecimal() and len(word) < _DIGITS
    return Q(**{name: int(word)}) if is_number else Q(pk__in=())


class ActAdmin(admin.ModelAdmin):
    """A list, a page for each row, and a confirm page for each act. Nothing is edited in place.

    Everything here takes :meth:`may_open`, whatever else a person may do in the admin: so nobody
    else learns of what is not published from a list, a search, a counter or a page.
    """

    acts: Sequence[Act] = ()
    # What the address of the list says to show all of it, where it begins with a part.
    everything: Mapping[str, str] = {}
    page_template = ""
    act_template = "admin/act.html"
    actions: Any = None
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    list_per_page = 50

    # Who may open it -------------------------------------------------------

    def may_open(self, user: Any) -> bool:
        raise NotImplementedError

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may_open(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_open(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    # Addresses -------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("", view(self.changelist_view), name=f"{name}_changelist"),
            *self.own_urls(name),
            path("<int:pk>/change/", view(self.page), name=f"{name}_change"),
            path("<int:pk>/<slug:name>/", view(self.act_page), name=f"{name}_act"),
        ]

    def own_urls(self, name: str) -> list[URLPattern]:
        """Further addresses, before those of acts."""
        return []

    def page_url(self, subject: Model) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[subject.pk])

    def act_url(self, subject: Model, name: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_act", args=[subject.pk, name])

    # What the pages show ---------------------------------------------------

    def subject(self, request: HttpRequest, pk: int) -> Any:
        """The row that the page is about, for those who may see it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_queryset(request).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def title_of(self, subject: Any) -> str:
        return str(subject)

    def titles_of(self, subjects: Sequence[Any]) -> list[str]:
        """How they are told apart in a list over everything."""
        return [self.title_of(subject) for subject in subjects]

    def page_context(self, request: HttpRequest, subject: Any) -> dict[str, Any]:
        return {}

    def buttons(self, request: HttpRequest, subject: Any) -> Iterator[dict[str, Any]]:
        """What may be done now; what is blocked comes with its reasons."""
        for decision in available([act.transition for act in self.acts], subject, request.user):
            yield {"decision": decision, "url": self.act_url(subject, decision.transition.name)}

    def context(self, request: HttpRequest, subject: Any, **extra: Any) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "subject": subject,
            "subject_url": self.page_url(subject),
            "subject_title": self.title_of(subject),
            "title": self.title_of(subject),
            **extra,
        }

    def page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page of one row."""
        subject = self.subject(request, pk)
        context = self.context(
            request,
            subject,
            buttons=list(self.buttons(request, subject)),
            **self.page_context(request, subject),
        )
        return TemplateResponse(request, self.page_template, context)

    # Acts ------------------------------------------------------------------

    def after(self, act: Act, subject: Any, result: Any) -> str:
        """Where to go when the act is done."""
        return self.page_url(subject)

    def initial(self, request: HttpRequest, act: Act, subject: Any) -> dict[str, Any]:
        return {}

    def form_options(self, request: HttpRequest, act: Act, subject: Any) -> dict[str, Any]:
        """More that the act's form takes."""
        return {}

    def is_ready(self, request: HttpRequest, act: Act, subject: Any, form: ActForm) -> bool:
        """Whether what was sent is done now; otherwise the page is shown once more, with what it led to."""
        return True

    def act_context(self, request: HttpRequest, act: Act, subject: Any) -> dict[str, Any]:
        """More for the page that asks; ``is_unread`` when the subject has to be read again first."""
        return {}

    def act_page(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """GET says what will happen, or why it cannot; POST does it and goes on.

        A refusal, also one that came between the two, is explained on the same page (409) and what was
        typed stays there.
        """
        act = next((act for act in self.acts if act.name == name), None)
        if act is None:
            raise Http404
        subject = self.subject(request, pk)
        refusal: Decision | None = None
        form = self._form(request, act, subject)
        if request.method == "POST" and form.is_valid() and self.is_ready(request, act, subject, form):
            try:
                result = act.run(subject, by=request.user, **form.cleaned_data)
            except TransitionRefused as refused:
                refusal = refused.decision
                subject = self.subject(request, pk)
                form = self._form_again(request, act, subject)
            else:
                words = _("%(act)s: %(title)s") % {"act": act.done_words, "title": self.title_of(subject)}
                messages.success(request, words)
                return HttpResponseRedirect(self.after(act, subject, result))
        what, public = act.words(subject)
        context = self.context(
            request,
            subject,
            title=act.transition.label,
            act=act,
            decision=decide(act.transition, subject, request.user),
            refusal=refusal,
            form=form,
            has_errors=bool(refusal or form.errors),
            typed=_typed(form),
            what=what,
            public=public,
            **self.act_context(request, act, subject),
        )
        return TemplateResponse(request, self.act_template, context, status=409 if refusal else 200)

    def _form(self, request: HttpRequest, act: Act, subject: Any) -> ActForm:
        data = request.POST if request.method == "POST" else None
        options = self.form_options(request, act, subject)
        initial = self.initial(request, act, subject)
        return act.form(data, request.FILES or None, act=act, initial=initial, **options)

    def _form_again(self, request: HttpRequest, act: Act, subject: Any) -> ActForm:
        """What was typed, over what is there now: what people do not see is told anew."""
        data = request.POST.copy()
        for name, value in self.initial(request, act, subject).items():
            if name in act.form.base_fields and act.form.base_fields[name].widget.is_hidden:
                data[name] = value
        return act.form(data, act=act, **self.form_options(request, act, subject))


def _typed(form: ActForm) -> list[str]:
    """The texts that were written, for a page that no longer has their fields."""
    return [
        text
        for name, field in form.fields.items()
        if isinstance(field, forms.CharField) and not field.widget.is_hidden and (text := form.data.get(name))
    ]
