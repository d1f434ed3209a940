from django.apps import AppConfig


class StatsConfig(AppConfig):
    """Statistics: tallies, materialised views, leaderboards and league tables."""

    name = "stats"

    def ready(self) -> None:
        from stats import receivers  # noqa: F401 - connects them
