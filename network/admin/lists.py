"""Mailing lists: taking one out, and which were taken out by whom and why."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.imports.text import one_line
from network import filters, list_actions
from network.models import ListExport

from .base import CoordinatedAdmin, user_of
from .files import download


class ListForm(forms.Form):
    """What the list is for, and whom it is narrowed down to."""

    purpose = forms.ChoiceField(
        label=gettext_lazy("Purpose"),
        choices=ListExport.Purpose.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "A necessary message is about the membership itself, or an event that one signed up for."
        ),
        initial=ListExport.Purpose.BULLETINS,
    )
    why = forms.CharField(
        label=gettext_lazy("What the list is for"),
        help_text=gettext_lazy("In your own words. Other coordinators see it beside your name."),
        max_length=ListExport._meta.get_field("why").max_length,
        error_messages={"required": gettext_lazy("Say what the list is for.")},
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for narrowing in filters.MAILING_LIST:
            self.fields[narrowing.name] = forms.ChoiceField(
                label=narrowing.label, choices=[("", _("All")), *narrowing.choices()], required=False
            )
            # Not “optional”: everybody is an answer, too.
            self.fields[narrowing.name].needed = True  # type: ignore[attr-defined]
        self.fields["file_format"] = forms.ChoiceField(
            label=_("File"),
            choices=ListExport.Format.choices,
            initial=ListExport.Format.XLSX,
            widget=forms.RadioSelect,
        )

    @property
    def chosen(self) -> dict[str, str]:
        return {narrowing.name: self.cleaned_data[narrowing.name] for narrowing in filters.MAILING_LIST}


@admin.register(ListExport)
class ListExportAdmin(CoordinatedAdmin):
    list_display = ["at", "by", "why", "purpose", "narrowed_by", "count", "file_format"]
    list_display_links = None
    list_select_related = ["by"]
    ordering = ["-at", "-pk"]

    def get_urls(self) -> list[URLPattern]:
        """A list has no page of its own: what is known of it stands in the list of lists."""
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="network_listexport_changelist"),
            path("take/", view(self.take), name="network_listexport_take"),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        take = {"url": reverse("admin:network_listexport_take"), "label": _("Take a mailing list")}
        return super().changelist_view(request, {**(extra_context or {}), "list_links": [take]})

    @admin.display(description=gettext_lazy("Narrowed down by"), empty_value="–")
    def narrowed_by(self, taken: ListExport) -> str:
        found = filters.in_words(filters.MAILING_LIST, taken.filters)
        return "; ".join(f"{label}: {words}" for label, words in found)

    def take(self, request: HttpRequest) -> HttpResponse:
        """GET asks for whom and what for; POST counts first or, told to, gives the file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = ListForm(request.POST) if request.method == "POST" else ListForm(initial=request.GET.dict())
        count = None
        if request.method == "POST" and form.is_valid():
            if "take" in request.POST:
                return self._file(user_of(request), form)
            count = list_actions.recipients(form.cleaned_data["purpose"], form.chosen).count()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Take a mailing list"),
            "form": form,
            "has_errors": bool(form.errors),
            "count": count,
        }
        return TemplateResponse(request, "admin/network/take_list.html", context)

    def _file(self, user: User, form: ListForm) -> HttpResponse:
        values = form.cleaned_data
        taken, members = list_actions.take_list(
            by=user,
            purpose=values["purpose"],
            why=values["why"],
            chosen=form.chosen,
            file_format=values["file_format"],
        )
        # No more of a person than a mail needs.
        header = [_("Name"), _("E-mail"), _("Language"), _("Organisation")]
        rows = [
            [
                one_line(str(member)),
                member.user.email,
                member.user.language,
                one_line(member.organisation_words),
            ]
            for member in members
        ]
        return download("mailing-list", taken.file_format, _("Mailing list"), header, rows)
