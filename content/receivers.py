"""Signal receivers of the content app: they enqueue jobs that write roundups and digests."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from content.daily_latency import measure_days
from content.digests.jobs import request_digests, sweep_digests
from content.link_images.jobs import request_link_images
from content.roundups.invalidation import request_following
from content.roundups.jobs import request_roundup, sweep_unwritten
from core.pipeline import reconciler
from core.pipeline.models import JobRun
from stats.models import PastChange
from stats.signals import views_refreshed

reconciler.register("matches without a roundup", sweep_unwritten)
reconciler.register("rounds without a digest", sweep_digests)
reconciler.register("days without their delays", measure_days)


@receiver(views_refreshed)
def on_views_refreshed(
    match_ids: list[int], past_changes: list[PastChange], run: JobRun | None, **_: Any
) -> None:
    """Enqueue the roundups of matches whose settlement the refresh added or removed.

    Also enqueue the roundups of later matches, and the digests of rounds, whose figures these settlements or
    other changes to past data can affect, and the images of links. Runs in the transaction of the refresh.
    """
    now = timezone.now()
    if match_ids:
        request_roundup(match_ids, now=now, cause=run)
    if match_ids or past_changes:
        request_following(match_ids, past_changes, now=now, cause=run)
        request_digests(match_ids, past_changes, now=now, cause=run)
        request_link_images(now=now, cause=run)
