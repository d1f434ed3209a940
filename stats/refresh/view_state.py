"""State of each materialised view: its newest refresh, and the changes it does not show yet."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, QuerySet

from scoring.models import Settlement
from stats.models import StandingsChange, ViewRefresh
from stats.refresh import matviews, team_board_schedule
from stats.tallies import fold, pending_changes

AMENDED = (matviews.LIVE, matviews.TEAMS, matviews.STANDINGS)  # views that a past change can alter
GRACE = timedelta(seconds=60)  # a refresh normally follows within two seconds; after this it is overdue


@dataclass(frozen=True, slots=True)
class ViewState:
    """State of one view.

    `waiting`: number of settlements, past changes or changed stages that it does not show yet, the oldest
    since `waiting_since`. `state` is `fresh`, `waiting` (a refresh is due soon), `stale` (a refresh is
    overdue), or `empty` (never refreshed, and no changes to show).
    """

    view: str
    state: str
    refresh: ViewRefresh | None
    waiting: int
    waiting_since: datetime | None

    def age(self, now: datetime) -> float | None:
        """Return the seconds since the newest refresh began, i.e. the age of the data."""
        return (now - self.refresh.started_at).total_seconds() if self.refresh else None

    @property
    def took(self) -> float | None:
        """Duration of the newest refresh in seconds."""
        return self.refresh.took.total_seconds() if self.refresh else None


def view_states(*, now: datetime) -> list[ViewState]:
    """Return the state of every view in refresh order. The number of queries is constant."""
    newest = ViewRefresh.objects.values("view").annotate(newest=Max("pk")).values("newest")
    refreshes = {row.view: row for row in ViewRefresh.objects.filter(pk__in=newest)}
    noted = pending_changes.pending().aggregate(since=Min("recorded_at"), count=Count("pk"))
    return [_state_of(view, refreshes.get(view), noted, now) for view in matviews.IN_ORDER]


def _state_of(view: str, refresh: ViewRefresh | None, noted: dict[str, Any], now: datetime) -> ViewState:
    if view == matviews.STANDINGS:
        found = StandingsChange.objects.aggregate(
            since=Min("recorded_at"), count=Count("stage_id", distinct=True)
        )
    else:
        found = _pending(view).aggregate(since=Min("settled_at"), count=Count("pk"))
    parts = [found, noted] if view in AMENDED else [found]
    parts += [_behind(refresh)] if view == matviews.TEAMS else []
    since = min((each["since"] for each in parts if each["since"]), default=None)
    waiting = sum(each["count"] for each in parts)
    if since is None:
        return ViewState(view, "fresh" if refresh else "empty", refresh, waiting, since)
    allowed = GRACE + team_board_schedule.allowed_lag(refresh) if view == matviews.TEAMS else GRACE
    return ViewState(view, "stale" if now - since > allowed else "waiting", refresh, waiting, since)


def _behind(teams: ViewRefresh | None) -> dict[str, Any]:
    """Return how far the team leaderboards lag behind the others.

    `since`: time at which the others first showed newer data, or None. `count`: about how many settlements.
    """
    since = team_board_schedule.behind_since()
    if since is None or teams is None:
        return {"since": since, "count": 0}
    shown = ViewRefresh.objects.filter(pk=teams.after or teams.pk).first() or teams
    newer = Settlement.objects.filter(pk__gt=shown.through_settlement or 0, folded_at__isnull=False)
    return {"since": since, "count": newer.count()}


def _pending(view: str) -> QuerySet[Settlement]:
    """Return the settlements that the view does not show."""
    pending = fold.to_fold() | fold.to_unfold()
    if view == matviews.CLOSED:
        return pending.filter(match__season__closed_at__isnull=False)
    return pending
