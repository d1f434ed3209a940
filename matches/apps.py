from django.apps import AppConfig


class MatchesConfig(AppConfig):
    """What the world tells us: matches, results, forecasters, predictions. Facts, never judgement."""

    name = "matches"

    def ready(self) -> None:
        from matches import receivers  # noqa: F401 - connects them
