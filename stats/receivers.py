"""What the stats app does when the scoring app has news: it asks the ledger, no more."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from config.pipeline import reconciler
from config.pipeline.models import JobRun
from matches.signals import season_closed
from scoring.signals import match_scored
from stats.jobs import NOW, request_refresh, sweep_unfolded

reconciler.register("settlements not counted", sweep_unfolded)


@receiver(match_scored)
def on_match_scored(run: JobRun, **_: Any) -> None:
    """A match was settled: refresh the views soon, together with others that end now."""
    request_refresh(now=timezone.now(), cause=run)


@receiver(season_closed)
def on_season_closed(**_: Any) -> None:
    """A season is complete: its board moves from the live view to the closed one."""
    request_refresh(now=timezone.now(), delay=NOW)
