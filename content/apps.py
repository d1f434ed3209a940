from django.apps import AppConfig


class ContentConfig(AppConfig):
    """Published content: roundups, pages and feeds."""

    name = "content"

    def ready(self) -> None:
        from content import receivers  # noqa: F401 - connects them
