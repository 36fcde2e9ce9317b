"""Telling about an innovation: drafts, steps, check, submit; one's own innovations; adoptions."""

from django.urls import path

urlpatterns: list = []
