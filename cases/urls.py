"""Addresses of innovations. Those that one signs in for are listed beside their views."""

from django.urls import path
from django.utils.translation import pgettext_lazy

from .feeds import CaseFeed
from .views import adopting, downloads, effects, finding, giving, own, pictures, reading, submitting

app_name = "cases"
urlpatterns = [
    path(pgettext_lazy("url", "innovations/"), finding.CaseListView.as_view(), name="list"),
    path(pgettext_lazy("url", "innovations/atom.xml"), CaseFeed(), name="feed"),
    path(pgettext_lazy("url", "innovations/innovations.<slug:format>"), downloads.download, name="download"),
    path(pgettext_lazy("url", "innovations/<int:pk>/"), reading.case_page),
    path(pgettext_lazy("url", "innovations/<int:pk>-<slug:slug>/"), reading.case_page, name="detail"),
    path(pgettext_lazy("url", "innovations/<int:pk>.png"), pictures.picture, name="picture"),
    path(
        pgettext_lazy("url", "innovations/<int:pk>/opsi.json"),
        giving.opsi_form,
        {"ending": "json"},
        name="opsi_json",
    ),
    path(
        pgettext_lazy("url", "innovations/<int:pk>/opsi.docx"),
        giving.opsi_form,
        {"ending": "docx"},
        name="opsi_docx",
    ),
    path(pgettext_lazy("url", "open-data/pstw.csv"), giving.pstw, name="pstw"),
    path(pgettext_lazy("url", "files/<int:pk>/<str:name>"), reading.upload, name="upload"),
    path(pgettext_lazy("url", "principles/"), reading.PrincipleListView.as_view(), name="principles"),
    path(pgettext_lazy("url", "principles/<slug:code>/"), reading.PrincipleView.as_view(), name="principle"),
    path(
        pgettext_lazy("url", "organisations/"), reading.OrganisationListView.as_view(), name="organisations"
    ),
    path(
        pgettext_lazy("url", "organisations/<int:pk>-<slug:slug>/"),
        reading.organisation_page,
        name="organisation",
    ),
    path(pgettext_lazy("url", "effects/<slug:key>/"), effects.effect, name="effect"),
    path(
        pgettext_lazy("url", "effects/<slug:key>/innovations/"),
        effects.innovations,
        name="effect_innovations",
    ),
    path(pgettext_lazy("url", "effects/<slug:key>.<slug:format>"), effects.download, name="effect_download"),
    *submitting.urlpatterns,
    *own.urlpatterns,
    *adopting.urlpatterns,
]
