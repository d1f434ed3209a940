from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    """Access control of the admin: three groups, and a lockout after failed logins.

    This app imports no models of the project's other apps; groups.py refers to them by name.
    """

    name = "core.accounts"
    label = "access"
    verbose_name = "Access"

    def ready(self) -> None:
        from axes.models import AccessAttempt

        from core.accounts.groups import sync_groups
        from core.pipeline import clock

        clock.register(AccessAttempt, "attempt_time")
        # This app is the last of INSTALLED_APPS: by then the permissions of all apps exist.
        post_migrate.connect(sync_groups, sender=self, dispatch_uid="access.sync_groups")
