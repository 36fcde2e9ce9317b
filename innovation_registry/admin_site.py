from django.contrib import admin


class RegistryAdminSite(admin.AdminSite):
    pass
