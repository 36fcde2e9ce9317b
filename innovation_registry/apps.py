from django.contrib.admin.apps import AdminConfig


class RegistryAdminConfig(AdminConfig):
    """Django's admin behind our own door; see ``admin_site``."""

    default_site = "innovation_registry.admin_site.RegistryAdminSite"
