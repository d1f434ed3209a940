from django.apps import AppConfig


class OpsConfig(AppConfig):
    """The operators' desk: board, doctor, actions, metrics and health. No app imports it."""

    name = "ops"
    verbose_name = "Operations"
