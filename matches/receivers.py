"""Signal receivers of the matches app, and registrations of its reconciler sweeps and clock checks.

The receivers queue jobs and do nothing else.
"""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from core.pipeline import clock, reconciler
from matches import idempotency
from matches.feeds.polling import poll, rate_limit
from matches.feeds.sync import issues, reviews
from matches.jobs import request_commitments, sweep_uncommitted, sweep_unstamped
from matches.llm import usage_limits
from matches.models import (
    ApiKey,
    Endpoint,
    Feed,
    FeedSnapshot,
    FeedSubscription,
    Match,
    PredictionLog,
    StoredResponse,
)
from matches.signals import kickoff_moved, predictions_submitted

reconciler.register("uncommitted predictions", sweep_uncommitted)
reconciler.register("commitments without a timestamp", sweep_unstamped)
reconciler.register("old answers", lambda now: idempotency.purge(now=now))
reconciler.register("feeds without a scheduled poll", poll.sweep_polls)
reconciler.register("reported results without a review", reviews.sweep_reported_results)
reconciler.register("old feed requests", rate_limit.delete_old)
reconciler.register("old feed problems", issues.delete_old)

clock.register(Feed, "paused_at", until="paused_until")
clock.register(FeedSubscription, "asked_at", until="next_due_at")
clock.register(FeedSnapshot, "first_reported_at")
clock.register(Endpoint, "paused_at")
clock.register(Endpoint, "paused_until", longest=usage_limits.max_pause)
clock.register(ApiKey, "last_used_at")
clock.register(StoredResponse, "stored_at")


@receiver(predictions_submitted)
def on_predictions_submitted(match_ids: list[int], **_: Any) -> None:
    """For each match, schedule the job that publishes the commitment to its predictions, due at its lock."""
    now = timezone.now()
    ahead = Match.objects.filter(pk__in=match_ids, lock_at__gt=now, log__isnull=False)
    request_commitments(list(ahead.values_list("pk", flat=True)), now=now)


@receiver(kickoff_moved)
def on_kickoff_moved(match: Match, **_: Any) -> None:
    """Reschedule the match's commitment job for its new lock, if the match has live predictions."""
    if PredictionLog.objects.filter(match=match).exists():
        request_commitments([match.pk], now=timezone.now())
