from django.contrib.admin.apps import AdminConfig


class OperatorAdminConfig(AdminConfig):
    """App config of Django's admin that makes OperatorSite the default site."""

    default_site = "core.admin.site.OperatorSite"
