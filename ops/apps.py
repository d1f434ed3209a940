from django.apps import AppConfig


class OpsConfig(AppConfig):
    """Operations: pipeline board, doctor, admin actions, metrics and health checks.

    No other app imports this one.
    """

    name = "ops"
    verbose_name = "Operations"
