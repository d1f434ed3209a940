"""Signal receivers of the stats app. They record past changes and enqueue refreshes."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from core.pipeline import reconciler
from core.pipeline.models import JobRun
from matches.models import KickoffMove, Match, PointsAdjustment, Season
from matches.signals import (
    fixtures_changed,
    kickoff_moved,
    points_adjusted,
    season_closed,
    team_matches_moved,
)
from scoring.signals import match_scored
from stats.jobs import NOW, request_refresh, sweep_team_boards, sweep_unfolded
from stats.refresh.matviews import lock_refreshes, sweep_old_refreshes
from stats.season_forecasts.jobs import request_season_forecasts, sweep_season_forecasts
from stats.tallies import fold, pending_changes

reconciler.register("settlements not counted", sweep_unfolded)
reconciler.register("team boards behind", sweep_team_boards)
reconciler.register("old records of refreshes", sweep_old_refreshes)
reconciler.register("simulations behind", sweep_season_forecasts)


@receiver(match_scored)
def on_match_scored(run: JobRun, **_: Any) -> None:
    """Enqueue a refresh. Matches that are settled at about the same time share a refresh."""
    request_refresh(now=timezone.now(), cause=run)


@receiver(season_closed)
def on_season_closed(**_: Any) -> None:
    """Enqueue an immediate refresh, which moves the season to the view of closed seasons."""
    request_refresh(now=timezone.now(), delay=NOW)


@receiver(fixtures_changed)
def on_fixtures_changed(season: Season, **_: Any) -> None:
    """Enqueue a refresh and a simulation: a table contains teams as soon as they have a fixture."""
    now = timezone.now()
    request_refresh(now=now)
    request_season_forecasts([season.pk], now=now)


@receiver(points_adjusted)
def on_points_adjusted(adjustment: PointsAdjustment, **_: Any) -> None:
    """Record a past change and enqueue a refresh, because the league table and texts about it change."""
    now = timezone.now()
    pending_changes.record_adjustment(adjustment, at=now)
    request_refresh(now=now)


@receiver(kickoff_moved)
def on_kickoff_moved(match: Match, move: KickoffMove, **_: Any) -> None:
    """If the match was ever settled, record a past change and enqueue a refresh.

    A moved kickoff changes the order of matches, and so the recent form.
    """
    now = timezone.now()
    if pending_changes.record_kickoff_move(match, move, at=now):
        request_refresh(now=now)


@receiver(team_matches_moved)
def on_team_matches_moved(team_ids: list[int], description: str, **_: Any) -> None:
    """Count the matches of these teams again, record a past change and enqueue an immediate refresh.

    The tallies change in the sender's transaction, which waits for a running refresh to end. The next refresh
    waits for this transaction.
    """
    now = timezone.now()
    lock_refreshes()
    fold.recount_teams(team_ids)
    pending_changes.record_team_change(team_ids, description, at=now)
    request_refresh(now=now, delay=NOW)
