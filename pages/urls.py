"""Addresses of the site's own pages."""

from django.urls import path
from django.utils.translation import pgettext_lazy

from . import bulletins, contacts, factors, front, people
from .feedback import views as feedback
from .open_data import dictionary, files
from .resources import views as resources
from .self_test import views as self_test
from .site_search import views as site_search
from .statements import views as statements

app_name = "pages"
urlpatterns = [
    path("", front.front, name="front"),
    path(pgettext_lazy("url", "search/"), site_search.search, name="search"),
    path(pgettext_lazy("url", "resources/"), resources.resources, name="resources"),
    path(pgettext_lazy("url", "contact/"), contacts.contacts, name="contacts"),
    path(pgettext_lazy("url", "network/bulletins/"), bulletins.archive, name="bulletins"),
    path(pgettext_lazy("url", "network/bulletins/<int:pk>/"), bulletins.page, name="bulletin"),
    path(pgettext_lazy("url", "network/own/people/"), people.people, name="people"),
    path(pgettext_lazy("url", "barometer/factors/<slug:key>/"), factors.factor_page, name="factor"),
    path(pgettext_lazy("url", "barometer/test/"), self_test.form_page, name="self_test"),
    path(pgettext_lazy("url", "barometer/test/result/"), self_test.result_page, name="self_test_result"),
    path(pgettext_lazy("url", "barometer/test/link/"), self_test.keep_page, name="self_test_keep"),
    path(pgettext_lazy("url", "barometer/test/deleted/"), self_test.deleted_page, name="self_test_deleted"),
    path(
        pgettext_lazy("url", "barometer/test/kept/<str:token>/"), self_test.kept_page, name="self_test_kept"
    ),
    path(
        pgettext_lazy("url", "barometer/test/kept/<str:token>/delete/"),
        self_test.delete_page,
        name="self_test_delete",
    ),
    path(pgettext_lazy("url", "open-data/<slug:name>.<slug:format>"), files.file, name="open_data_file"),
    path(pgettext_lazy("url", "open-data/data-dictionary/"), dictionary.page, name="data_dictionary"),
    *feedback.urlpatterns,
    *statements.urlpatterns,
]
