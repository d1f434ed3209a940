"""Signal receivers of the scoring app. They only enqueue scoring jobs."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from core.pipeline import reconciler
from matches.models import Competition, Match
from matches.signals import kickoff_moved, predictions_submitted
from matches.statuses import SETTLED
from scoring import services
from scoring.jobs import request_scoring, sweep_unsettled
from scoring.models import Settlement

reconciler.register("unsettled matches", sweep_unsettled)


@receiver(post_save, sender=Match)
def on_match_saved(instance: Match, raw: bool, update_fields: frozenset[str] | None, **_: Any) -> None:
    """Enqueue scoring if a final result was recorded, or if a settled match got a result that is not final.

    Superfluous jobs are harmless, because scoring is idempotent. The service that saves the match and the
    scoring job both lock the match row, so a settlement created at the same time is not missed.
    """
    result_changed = update_fields is None or "result_version" in update_fields
    if not raw and result_changed and (instance.status in SETTLED or _is_settled(instance)):
        request_scoring([instance], now=timezone.now())


def _is_settled(match: Match) -> bool:
    return Settlement.objects.filter(match=match, superseded_at__isnull=True).exists()


@receiver(post_save, sender=Competition)
def on_competition_saved(instance: Competition, created: bool, raw: bool, **_: Any) -> None:
    """Enqueue scoring of matches that were settled on a former score basis of the competition."""
    if not raw and not created and (matches := services.settled_on_another_basis(instance)):
        request_scoring(matches, now=timezone.now())


@receiver(kickoff_moved)
def on_kickoff_moved(match: Match, **_: Any) -> None:
    """Enqueue scoring of a settled match, because the new kickoff can change which predictions count."""
    if _is_settled(match):
        request_scoring([match], now=timezone.now())


@receiver(predictions_submitted)
def on_predictions_submitted(match_ids: list[int], **_: Any) -> None:
    """Enqueue scoring of settled matches that received predictions, e.g. from an archive import."""
    settled = Settlement.objects.filter(match__in=match_ids, superseded_at__isnull=True).values("match")
    if matches := list(Match.objects.filter(pk__in=settled)):
        request_scoring(matches, now=timezone.now())
