from django.apps import AppConfig


class ScoringConfig(AppConfig):
    """What a prediction is worth: pure rules, settlements, scores. Judgement that can be rebuilt."""

    name = "scoring"

    def ready(self) -> None:
        from scoring import receivers  # noqa: F401 - connects them
