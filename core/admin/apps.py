from django.contrib.admin.apps import AdminConfig


class OperatorAdminConfig(AdminConfig):
    """Django's admin with OperatorSite as the default site, for the additional pages."""

    default_site = "core.admin.site.OperatorSite"
