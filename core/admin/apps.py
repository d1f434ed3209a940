from django.contrib.admin.apps import AdminConfig


class OperatorAdminConfig(AdminConfig):
    """Django's admin with our own site object: it carries the pipeline's pages."""

    default_site = "core.admin.site.OperatorSite"
