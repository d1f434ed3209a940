from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    """Who may do what: three groups, throttled logins, headers. It knows our models by name only."""

    name = "core.accounts"
    label = "access"
    verbose_name = "Access"

    def ready(self) -> None:
        from axes.models import AccessAttempt

        from config import checks  # noqa: F401 - it registers
        from core.accounts.receivers import sync_groups
        from core.pipeline import clock

        clock.register(AccessAttempt, "attempt_time")
        # We are the last of INSTALLED_APPS: by then every app's permissions are there.
        post_migrate.connect(sync_groups, sender=self, dispatch_uid="access.sync_groups")
