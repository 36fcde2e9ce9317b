"""Addresses of the barometer. Those of an edition come last: its key stands where the other words do."""

from django.urls import path
from django.utils.translation import pgettext_lazy

from .views import charts, pages

app_name = "barometer"
urlpatterns = [
    path(pgettext_lazy("url", "barometer/"), pages.OverviewView.as_view(), name="overview"),
    path(pgettext_lazy("url", "barometer/questions/"), pages.QuestionListView.as_view(), name="questions"),
    path(
        pgettext_lazy("url", "barometer/questions/<slug:question>/"),
        pages.QuestionView.as_view(),
        name="question",
    ),
    path(pgettext_lazy("url", "barometer/charts/<slug:key>/"), charts.chart, name="chart"),
    path(pgettext_lazy("url", "barometer/charts/<slug:key>/embed/"), charts.embed, name="embed"),
    path(pgettext_lazy("url", "barometer/charts/<slug:key>/share.png"), charts.picture, name="picture"),
    path(pgettext_lazy("url", "barometer/charts/<slug:key>.<slug:format>"), charts.download, name="download"),
    path(pgettext_lazy("url", "barometer/<slug:survey>/"), pages.SurveyView.as_view(), name="survey"),
    path(
        pgettext_lazy("url", "barometer/<slug:survey>/<slug:question>/"),
        pages.AskedView.as_view(),
        name="asked",
    ),
]
