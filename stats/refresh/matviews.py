"""Materialised views and league tables: names, refresh order, refreshing, and the records of refreshes."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Max, Q, Subquery
from django.utils import timezone

from matches.models import Season
from scoring.models import Settlement
from stats.models import Scope, StandingsRow, ViewRefresh
from stats.refresh import league_tables

LIVE, TEAMS, CLOSED = "stats_leaderboard_live", "stats_leaderboard_team", "stats_leaderboard_closed"
LEADERBOARD = (LIVE, TEAMS, CLOSED)
STANDINGS = "stats_standings"  # not a view: stats/refresh/league_tables.py writes the rows of changed tables
IN_ORDER = (*LEADERBOARD, STANDINGS)
SCOPES = {"all": IN_ORDER, "leaderboard": LEADERBOARD, "teams": (TEAMS,), "standings": (STANDINGS,)}

# View that represents all leaderboards except TEAMS: a refresh of any of them includes it, and the id of its
# newest ViewRefresh is their data version.
VERSIONED = LIVE
LOCK = 0x46_57_56_57  # PostgreSQL advisory lock: one refresh at a time
TEAMS_LOCK = 0x46_57_56_54  # for the team boards, so that refreshes of other views need not wait for them
RETENTION = timedelta(days=30)  # of records of refreshes
DELETED_PER_PASS = 500  # of the reconciler


def lock_refreshes(lock: int = LOCK) -> None:
    """Wait for the advisory lock that serialises refreshes; it is held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])


def refresh(
    views: Sequence[str], *, concurrently: bool = True, all_tables: bool = False
) -> list[ViewRefresh]:
    """Refresh the views in order and record it. With `concurrently`, readers are not blocked.

    Only changed league tables are computed again, or all of them with `all_tables`.
    """
    through = Settlement.objects.filter(folded_at__isnull=False).aggregate(newest=Max("pk"))["newest"]
    return [
        _refresh_one(view, concurrently=concurrently, all_tables=all_tables, through=through)
        for view in views
    ]


def _refresh_one(view: str, *, concurrently: bool, all_tables: bool, through: int | None) -> ViewRefresh:
    after = _before_teams() if view == TEAMS else None
    started_at, began = timezone.now(), time.monotonic()
    if view == STANDINGS:
        league_tables.compute(whole=all_tables)
        rows = StandingsRow.objects.count()
    else:
        rows = _refresh_view(view, concurrently=concurrently)
    return ViewRefresh.objects.create(
        view=view,
        started_at=started_at,
        finished_at=started_at + timedelta(seconds=time.monotonic() - began),  # immune to clock changes
        rows=rows,
        concurrently=concurrently,
        through_settlement=through,
        after=after,
    )


def _refresh_view(view: str, *, concurrently: bool) -> int:
    """Refresh a materialised view; return its number of rows."""
    with connection.cursor() as cursor:
        cursor.execute(f"REFRESH MATERIALIZED VIEW {'CONCURRENTLY ' if concurrently else ''}{view}")
        cursor.execute(f"SELECT count(*) FROM {view}")
        return int(cursor.fetchone()[0])


def _before_teams() -> int | None:
    """Wait for other refreshes of the team boards; return the id of the newest refresh of the other boards.

    The refresh of the team boards that follows includes the data of that refresh. Call this before REFRESH,
    because PostgreSQL takes its snapshot when that statement begins, not when it gets its lock.
    """
    lock_refreshes(TEAMS_LOCK)
    boards = newest()
    return boards.pk if boards else None


def view_of(scope: str) -> str:
    """Return the view whose newest refresh determines the data version of leaderboards with this scope."""
    return TEAMS if scope == Scope.TEAM else VERSIONED


def newest(view: str = VERSIONED) -> ViewRefresh | None:
    """Return the record of the newest refresh of a view, or None before the first refresh."""
    return ViewRefresh.objects.filter(view=view).order_by("-pk").first()


def shows_settlement() -> Q:
    """Return the condition for settlements that are folded and included in the leaderboards.

    It compares ids rather than times, so it does not depend on the clock.
    """
    boards = ViewRefresh.objects.filter(view=VERSIONED).order_by("-pk")
    return Q(folded_at__isnull=False, pk__lte=Subquery(boards.values("through_settlement")[:1]))


def data_version() -> int:
    """Return a number that grows with every refresh of the leaderboards; 0 before the first."""
    last = newest()
    return last.pk if last else 0


# Closed seasons that the view of closed seasons lacks, or open ones that it contains. It compares contents
# rather than times: `closed_at` may precede a refresh although its transaction commits after it.
_SEASONS_CHANGED = """
SELECT EXISTS (
    SELECT FROM matches_season s WHERE s.closed_at IS NOT NULL
    AND EXISTS (SELECT FROM stats_tally t WHERE t.scope = 'season' AND t.scope_id = s.id AND t.matches > 0)
    AND NOT EXISTS (SELECT FROM stats_leaderboard_closed v WHERE v.scope = 'season' AND v.scope_id = s.id)
) OR EXISTS (
    SELECT FROM matches_season s WHERE s.closed_at IS NULL
    AND EXISTS (SELECT FROM stats_leaderboard_closed v WHERE v.scope = 'season' AND v.scope_id = s.id)
)
"""


def closed_seasons_changed(match_ids: Sequence[int], season_ids: Sequence[int]) -> bool:
    """Return True if the view of closed seasons needs a refresh: one was closed, reopened or changed."""
    closed = Season.objects.filter(closed_at__isnull=False)
    if closed.filter(Q(pk__in=season_ids) | Q(matches__in=match_ids)).exists():
        return True
    with connection.cursor() as cursor:
        cursor.execute(_SEASONS_CHANGED)
        return bool(cursor.fetchone()[0])


def sweep_old_refreshes(now: datetime) -> int:
    """Delete records of refreshes older than RETENTION; return how many were deleted.

    The newest record of each view is kept. A record is also kept if a settlement was counted since the
    refresh before it: it contains the time at which the leaderboards first showed that result
    (stats/refresh/latency.py). Such a record is marked as `kept` and not examined again.
    """
    newest = ViewRefresh.objects.values("view").annotate(newest=Max("pk")).values("newest")
    old = ViewRefresh.objects.filter(finished_at__lt=now - RETENTION, kept=False).exclude(pk__in=newest)
    rows = list(old.order_by("pk")[:DELETED_PER_PASS])
    kept = [row.pk for row in rows if row.view == VERSIONED and _counted_something(row)]
    ViewRefresh.objects.filter(pk__in=kept).update(kept=True)
    return ViewRefresh.objects.filter(pk__in={row.pk for row in rows} - set(kept)).delete()[0]


def _counted_something(refresh: ViewRefresh) -> bool:
    """Return True if a settlement was folded between the starts of the previous refresh and this one."""
    earlier = ViewRefresh.objects.filter(view=refresh.view, started_at__lt=refresh.started_at)
    since = earlier.aggregate(last=Max("started_at"))["last"]
    counted = Settlement.objects.filter(folded_at__lte=refresh.started_at)
    return counted.filter(folded_at__gt=since).exists() if since else counted.exists()
