"""What the matches app does when its own rows are saved: questions to language models follow them.

The services and the admin save rows alike, so this listens to the saving. Fixtures that are added by the
hundred send no signal; `services.add_matches` asks for itself.
"""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from core.pipeline import reconciler
from matches.llm import schedule
from matches.llm.overdue_questions import sweep_left_open, sweep_unscheduled
from matches.models import Endpoint, Forecaster, Match
from matches.statuses import Status

reconciler.register("questions not asked", sweep_unscheduled)
reconciler.register("questions left open", sweep_left_open)

OF_A_KICKOFF = {"kickoff_at", "lock_at", "status"}
PLAYED = (Status.LIVE, Status.FINISHED)  # whatever waits of these is due, and finds out for itself


@receiver(post_save, sender=Match)
def on_match_saved(instance: Match, raw: bool, update_fields: frozenset[str] | None, **_: Any) -> None:
    """A match was added, moved, called off or put on again: the jobs that wait for it follow."""
    touched = update_fields is None or not OF_A_KICKOFF.isdisjoint(update_fields)
    if not raw and touched and instance.status not in PLAYED:
        schedule.follow_matches([instance.pk], now=timezone.now())


@receiver(post_save, sender=Forecaster)
def on_forecaster_saved(instance: Forecaster, raw: bool, **_: Any) -> None:
    """It begins later, is retired, or is no language model after all."""
    if not raw:
        schedule.follow_forecaster(instance.pk, now=timezone.now())


@receiver(post_save, sender=Endpoint)
def on_endpoint_saved(instance: Endpoint, raw: bool, **_: Any) -> None:
    """It is there, or switched on or off: the matches to come get their jobs, or lose them."""
    if not raw and instance.forecaster_id:
        schedule.follow_forecaster(instance.forecaster_id, now=timezone.now())
