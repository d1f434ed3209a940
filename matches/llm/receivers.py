"""Signal receivers that reschedule LLM prediction jobs when matches, forecasters or endpoints are saved.

Signals cover services and the admin alike. Bulk creation sends none, so `services.add_matches` schedules
its own jobs.
"""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from core.pipeline import reconciler
from matches.llm import schedule
from matches.llm.overdue_questions import close_abandoned_questions, schedule_missing_jobs
from matches.models import Endpoint, Forecaster, Match
from matches.statuses import PLAYED

reconciler.register("questions not asked", schedule_missing_jobs)
reconciler.register("questions left open", close_abandoned_questions)

KICKOFF_FIELDS = {"kickoff_at", "lock_at", "status"}


@receiver(post_save, sender=Match)
def on_match_saved(instance: Match, raw: bool, update_fields: frozenset[str] | None, **_: Any) -> None:
    """Reschedule the match's prediction jobs when it is added, moved, called off or reinstated.

    The jobs of a match that has begun are due, and find the new status themselves.
    """
    touched = update_fields is None or not KICKOFF_FIELDS.isdisjoint(update_fields)
    if not raw and touched and instance.status not in PLAYED:
        schedule.reschedule_matches([instance.pk], now=timezone.now())


@receiver(post_save, sender=Forecaster)
def on_forecaster_saved(instance: Forecaster, raw: bool, **_: Any) -> None:
    """Reschedule the forecaster's jobs: its start, its retirement or its kind may have changed."""
    if not raw:
        schedule.reschedule_forecaster(instance.pk, now=timezone.now())


@receiver(post_save, sender=Endpoint)
def on_endpoint_saved(instance: Endpoint, raw: bool, **_: Any) -> None:
    """Schedule or cancel jobs of upcoming matches when an endpoint is added, enabled or disabled."""
    if not raw and instance.forecaster_id:
        schedule.reschedule_forecaster(instance.forecaster_id, now=timezone.now())
