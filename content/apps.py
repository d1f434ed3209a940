from django.apps import AppConfig


class ContentConfig(AppConfig):
    """What we publish: roundups, pages, feeds."""

    name = "content"

    def ready(self) -> None:
        from content import receivers  # noqa: F401 - connects them
