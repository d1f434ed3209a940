from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MatchesConfig(AppConfig):
    """What the world tells us: matches, results, forecasters, predictions. Facts, never judgement."""

    name = "matches"

    def ready(self) -> None:
        from matches import receivers  # noqa: F401 - connects them
        from matches.feeding import jobs, register  # noqa: F401 - the jobs register

        post_migrate.connect(register.ensure_feeds, sender=self, dispatch_uid="ensure_feeds")
