from django.apps import AppConfig


class ScoringConfig(AppConfig):
    """Scoring of predictions: rules, settlements and scores. Settlements and scores can be recomputed."""

    name = "scoring"

    def ready(self) -> None:
        from scoring import receivers  # noqa: F401 - connects them
