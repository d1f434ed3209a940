from django.apps import AppConfig


class StatsConfig(AppConfig):
    """What scores add up to: tallies, materialised views, leaderboards, standings."""

    name = "stats"

    def ready(self) -> None:
        from stats import receivers  # noqa: F401 - connects them
