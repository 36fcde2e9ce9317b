"""Addresses of the innovation network. Each is listed beside its view."""

from .views import joining, members, privacy

app_name = "network"
urlpatterns = [
    *joining.urlpatterns,
    *members.urlpatterns,
    *privacy.urlpatterns,
]
