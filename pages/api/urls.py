"""Addresses of the API, which are of no language, and of the page about it."""

from django.urls import include, path, re_path
from django.utils.translation import pgettext_lazy

from . import docs, views

v1 = [
    path("", views.Start.as_view(), name="start"),
    path("openapi.json", views.OpenApiView.as_view(), name="description"),
    path("innovations", views.InnovationList.as_view(), name="innovations"),
    path("innovations/<int:id>", views.InnovationDetail.as_view(), name="innovation"),
    path("organisations", views.OrganisationList.as_view(), name="organisations"),
    path("organisations/<int:id>", views.OrganisationDetail.as_view(), name="organisation"),
    path("vocabularies", views.VocabularyList.as_view(), name="vocabularies"),
    path("barometer/editions", views.EditionList.as_view(), name="editions"),
    path("barometer/questions", views.QuestionList.as_view(), name="questions"),
    path("barometer/figures", views.FigureList.as_view(), name="figures"),
]
urlpatterns = [
    path("api/v1/", include((v1, "api_v1"))),
    # Otherwise pages of one word, in the reader's language, would take it for theirs.
    re_path(r"^api/?$", views.Versionless.as_view()),
    re_path(r"^api/", views.Unknown.as_view()),
]
docs_urlpatterns = [path(pgettext_lazy("url", "open-data/api/"), docs.page, name="docs")]
