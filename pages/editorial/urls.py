"""Addresses of editorial pages: one word, whichever nothing else of the site has taken."""

from django.urls import path

from . import views

app_name = "editorial"
urlpatterns = [path("<slug:slug>/", views.page, name="page")]
