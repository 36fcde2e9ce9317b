"""Addresses of innovations: reading, telling about one's own, files."""

from django.urls import path
from django.utils.translation import pgettext_lazy

app_name = "cases"
urlpatterns: list = []
