"""Addresses of the site's own pages."""

from django.urls import path

from . import views

app_name = "pages"
urlpatterns = [path("", views.front, name="front")]
