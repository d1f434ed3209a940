from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MatchesConfig(AppConfig):
    """App with the input data: matches, results, forecasters and predictions.

    Points and statistics are in other apps.
    """

    name = "matches"

    def ready(self) -> None:
        from matches import receivers  # noqa: F401 - connects the receivers
        from matches.feeds.polling import poll, seed  # noqa: F401 - register jobs and a system check
        from matches.feeds.sync import reviews  # noqa: F401
        from matches.llm import conclude  # noqa: F401
        from matches.llm import receivers as llm_receivers  # noqa: F401

        post_migrate.connect(seed.ensure_feeds, sender=self, dispatch_uid="ensure_feeds")
