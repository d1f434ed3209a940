"""`manage.py refresh_views`: refresh the materialised views immediately."""

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from core.management.base import Command as BaseCommand
from stats.jobs import refresh_now
from stats.models import ViewRefresh
from stats.refresh import matviews


class Command(BaseCommand):
    """Refresh the views in this process. Sends `views_refreshed` like the job, so roundups are enqueued."""

    help = "Count new settlements and refresh the materialised views, without a worker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--scope", choices=list(matviews.SCOPES), default="all", help="views to refresh (default: all)"
        )
        parser.add_argument(
            "--no-concurrently",
            action="store_true",
            help="block readers during the refresh of a view; faster if much changed",
        )

    def handle(self, *, scope: str, no_concurrently: bool, **options: Any) -> None:
        self.progress(f"refreshing {', '.join(matviews.SCOPES[scope])}")
        refreshed = refresh_now(at=timezone.now(), scope=scope, concurrently=not no_concurrently)
        report: dict[str, Any] = {
            "scope": scope,
            "concurrently": not no_concurrently,
            "views": [_as_dict(view) for view in refreshed.views],
            "matches": refreshed.match_ids,
            "data_version": matviews.data_version(),
        }
        lines = [f"{row['view']}: {row['rows']} rows in {row['seconds']:.2f} s" for row in report["views"]]
        counted, version = len(refreshed.match_ids), report["data_version"]
        summary = f"{counted} {'match' if counted == 1 else 'matches'} counted; data version {version}."
        self.answer(report, "\n".join([*lines, summary]))


def _as_dict(view: ViewRefresh) -> dict[str, Any]:
    seconds = (view.finished_at - view.started_at).total_seconds()
    return {
        "view": view.view,
        "rows": view.rows,
        "seconds": round(seconds, 3),
        "finished_at": view.finished_at,
    }
