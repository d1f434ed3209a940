"""The materialised views: which there are, in what order they refresh, and the record of each refresh."""

import time
from collections.abc import Sequence
from datetime import timedelta

from django.db import connection
from django.db.models import Max, Q, Subquery
from django.utils import timezone

from matches.models import Season
from scoring.models import Settlement
from stats.models import Scope, ViewRefresh

LIVE, TEAMS, CLOSED = "stats_leaderboard_live", "stats_leaderboard_team", "stats_leaderboard_closed"
TABLES, CLOSED_TABLES = "stats_standings_live", "stats_standings_closed"
LEADERBOARD = (LIVE, TEAMS, CLOSED)
STANDINGS = (TABLES, CLOSED_TABLES)
IN_ORDER = (*LEADERBOARD, *STANDINGS)
SCOPES = {"all": IN_ORDER, "leaderboard": LEADERBOARD, "teams": (TEAMS,), "standings": STANDINGS}

VERSIONED = (
    LIVE  # refreshed by every pass over the leaderboards: its row is the data version of all but TEAMS
)
LOCK = 0x46_57_56_57  # pg advisory lock: one refresh at a time
TEAMS_LOCK = 0x46_57_56_54  # the same for the boards of teams: nobody but their own refresh waits for that


def lock_refreshes(lock: int = LOCK) -> None:
    """Wait until no other refresh runs; the turn ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])


def refresh(views: Sequence[str], *, concurrently: bool = True) -> list[ViewRefresh]:
    """Refresh the views in order and record it. Concurrently, readers never wait for it."""
    through = Settlement.objects.filter(folded_at__isnull=False).aggregate(newest=Max("pk"))["newest"]
    return [_refresh_one(view, concurrently=concurrently, through=through) for view in views]


def _refresh_one(view: str, *, concurrently: bool, through: int | None) -> ViewRefresh:
    after = _before_teams() if view == TEAMS else None
    started_at, began = timezone.now(), time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(f"REFRESH MATERIALIZED VIEW {'CONCURRENTLY ' if concurrently else ''}{view}")
        cursor.execute(f"SELECT count(*) FROM {view}")
        rows = cursor.fetchone()[0]
    return ViewRefresh.objects.create(
        view=view,
        started_at=started_at,
        finished_at=started_at + timedelta(seconds=time.monotonic() - began),  # also if the clock is set
        rows=rows,
        concurrently=concurrently,
        through_settlement=through,
        after=after,
    )


def _before_teams() -> int | None:
    """Wait for another refresh of the boards of teams; return the newest of the others, which ours shows.

    Both before the statement that refreshes: what that sees is decided when it begins, not by its lock.
    """
    lock_refreshes(TEAMS_LOCK)
    boards = newest()
    return boards.pk if boards else None


def view_of(scope: str) -> str:
    """Whose refreshes the boards of a scope are versions of."""
    return TEAMS if scope == Scope.TEAM else VERSIONED


def newest(view: str = VERSIONED) -> ViewRefresh | None:
    """The newest refresh of a view, or None before the first."""
    return ViewRefresh.objects.filter(view=view).order_by("-pk").first()


def shows_settlement() -> Q:
    """Condition on settlements: counted, and in the leaderboards. Fold and refresh commit together.

    It compares ids, so a clock that was ahead or behind makes no difference.
    """
    boards = ViewRefresh.objects.filter(view=VERSIONED).order_by("-pk")
    return Q(folded_at__isnull=False, pk__lte=Subquery(boards.values("through_settlement")[:1]))


def data_version() -> int:
    """A number that grows with every refresh of the leaderboards; 0 before the first."""
    last = newest()
    return last.pk if last else 0


# Seasons that a view of closed ones should show and does not, or shows and should not. Facts, no times: a
# season may be closed in a transaction that commits after the refresh which its moment of closing precedes.
_SEASONS_CHANGED = """
SELECT EXISTS (
    SELECT FROM matches_season s WHERE s.closed_at IS NOT NULL
    AND EXISTS (SELECT FROM {source} AND {shows})
    AND NOT EXISTS (SELECT FROM {view} v WHERE {shown})
) OR EXISTS (
    SELECT FROM matches_season s WHERE s.closed_at IS NULL AND EXISTS (SELECT FROM {view} v WHERE {shown})
)
"""
_CHANGED = {
    CLOSED: _SEASONS_CHANGED.format(
        source="stats_tally t WHERE t.scope = 'season' AND t.scope_id = s.id",
        shows="t.matches > 0",
        view=CLOSED,
        shown="v.scope = 'season' AND v.scope_id = s.id",
    ),
    CLOSED_TABLES: _SEASONS_CHANGED.format(
        source="matches_match m WHERE m.season_id = s.id",
        shows="m.status IN ('finished', 'awarded') AND m.home_score IS NOT NULL",
        view=CLOSED_TABLES,
        shown="v.season_id = s.id",
    ),
}


def closed_seasons_changed(view: str, match_ids: Sequence[int], season_ids: Sequence[int]) -> bool:
    """Whether a view of closed seasons needs a refresh: one closed, or something about one changed."""
    closed = Season.objects.filter(closed_at__isnull=False)
    if closed.filter(Q(pk__in=season_ids) | Q(matches__in=match_ids)).exists():
        return True
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED[view])
        return bool(cursor.fetchone()[0])
