"""Addresses of the site's own pages."""

app_name = "pages"
urlpatterns: list = []
