"""What the scoring app does when the matches app has news: it asks the ledger, no more."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from config.pipeline import reconciler
from matches.models import Match
from matches.signals import predictions_submitted
from matches.statuses import SETTLED
from scoring.jobs import request_scoring, sweep_unsettled
from scoring.models import Settlement

reconciler.register("unsettled matches", sweep_unsettled)


@receiver(post_save, sender=Match)
def on_match_saved(instance: Match, raw: bool, update_fields: frozenset[str] | None, **_: Any) -> None:
    """A result was recorded: score it. Asking once too often is harmless, scoring is idempotent."""
    result_changed = update_fields is None or "result_version" in update_fields
    if not raw and result_changed and (instance.status in SETTLED or instance.result_version > 1):
        request_scoring([instance], now=timezone.now())


@receiver(predictions_submitted)
def on_predictions_submitted(match_ids: list[int], **_: Any) -> None:
    """Predictions came for matches that are settled already (an archive import): settle those anew."""
    settled = Settlement.objects.filter(match__in=match_ids, superseded_at__isnull=True).values("match")
    if matches := list(Match.objects.filter(pk__in=settled)):
        request_scoring(matches, now=timezone.now())
