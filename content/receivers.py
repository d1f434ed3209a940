"""Signal receivers of the content app: they enqueue roundup jobs."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from content.roundups.invalidation import request_following
from content.roundups.jobs import request_roundup, sweep_unwritten
from core.pipeline import reconciler
from core.pipeline.models import JobRun
from stats.models import PastChange
from stats.signals import views_refreshed

reconciler.register("matches without a roundup", sweep_unwritten)


@receiver(views_refreshed)
def on_views_refreshed(
    match_ids: list[int], past_changes: list[PastChange], run: JobRun | None, **_: Any
) -> None:
    """Enqueue the roundups of matches whose settlement the refresh added or removed.

    Roundups of later matches are also enqueued if these settlements, or other changes to past data, can
    affect their figures. Runs in the transaction of the refresh.
    """
    now = timezone.now()
    if match_ids:
        request_roundup(match_ids, now=now, cause=run)
    if match_ids or past_changes:
        request_following(match_ids, past_changes, now=now, cause=run)
