"""What the content app does when the stats app has news: it asks the ledger, no more."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from config.pipeline import reconciler
from config.pipeline.models import JobRun
from content.jobs import request_roundup, sweep_unwritten
from stats.signals import views_refreshed

reconciler.register("matches without a roundup", sweep_unwritten)


@receiver(views_refreshed)
def on_views_refreshed(match_ids: list[int], run: JobRun | None, **_: Any) -> None:
    """The boards show these matches now: write about them. In the transaction of the refresh."""
    if match_ids:
        request_roundup(match_ids, now=timezone.now(), cause=run)
