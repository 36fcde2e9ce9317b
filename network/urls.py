"""Addresses of the innovation network. Each is listed beside its view."""

from .views import bulletins, events, joining, members, privacy

app_name = "network"
urlpatterns = [
    *bulletins.urlpatterns,
    *events.urlpatterns,
    *joining.urlpatterns,
    *members.urlpatterns,
    *privacy.urlpatterns,
]
