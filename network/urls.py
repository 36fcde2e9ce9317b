"""Addresses of the innovation network. Each is listed beside its view."""

from .views import events, joining, members, privacy

app_name = "network"
urlpatterns = [
    *events.urlpatterns,
    *joining.urlpatterns,
    *members.urlpatterns,
    *privacy.urlpatterns,
]
