"""Addresses of the site's own pages."""

from django.urls import path
from django.utils.translation import pgettext_lazy

from . import people, views

app_name = "pages"
urlpatterns = [
    path("", views.front, name="front"),
    path(pgettext_lazy("url", "network/own/people/"), people.people, name="people"),
]
