"""The materialised views: which there are, in what order they refresh, and the record of each refresh."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from scoring.models import Settlement
from stats.models import ViewRefresh

LEADERBOARD = ("stats_leaderboard_live", "stats_leaderboard_closed", "stats_form")
STANDINGS = ("stats_standings",)
IN_ORDER = (*LEADERBOARD, *STANDINGS)
SCOPES = {"all": IN_ORDER, "leaderboard": LEADERBOARD, "standings": STANDINGS}

CLOSED = "stats_leaderboard_closed"
VERSIONED = (
    "stats_leaderboard_live"  # refreshed by every pass over the leaderboards: its row is the data version
)
LOCK = 0x46_57_56_57  # pg advisory lock: one refresh at a time


def take_turn() -> None:
    """Wait until no other refresh runs; the turn ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def refresh(views: Sequence[str], *, concurrently: bool = True) -> list[ViewRefresh]:
    """Refresh the views in order and record it. Concurrently, readers never wait for it."""
    through = Settlement.objects.filter(folded_at__isnull=False).aggregate(newest=Max("pk"))["newest"]
    return [_refresh_one(view, concurrently=concurrently, through=through) for view in views]


def _refresh_one(view: str, *, concurrently: bool, through: int | None) -> ViewRefresh:
    started_at = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(f"REFRESH MATERIALIZED VIEW {'CONCURRENTLY ' if concurrently else ''}{view}")
        cursor.execute(f"SELECT count(*) FROM {view}")
        rows = cursor.fetchone()[0]
    return ViewRefresh.objects.create(
        view=view,
        started_at=started_at,
        finished_at=timezone.now(),
        rows=rows,
        concurrently=concurrently,
        through_settlement=through,
    )


def newest(view: str = VERSIONED) -> ViewRefresh | None:
    """The newest refresh of a view, or None before the first."""
    return ViewRefresh.objects.filter(view=view).order_by("-pk").first()


def data_version() -> int:
    """A number that grows with every refresh of the leaderboards; 0 before the first."""
    last = newest()
    return last.pk if last else 0


# Seasons that the view should show and does not, or shows and should not. Facts, no times: a season may be
# closed in a transaction that commits after the refresh which its moment of closing precedes.
_SEASONS_CHANGED = """
SELECT EXISTS (
    SELECT FROM stats_tally t JOIN matches_season s ON s.id = t.scope_id
    WHERE t.scope = 'season' AND t.matches > 0 AND s.closed_at IS NOT NULL
      AND NOT EXISTS (SELECT FROM stats_leaderboard_closed c WHERE c.scope = 'season' AND c.scope_id = s.id)
) OR EXISTS (
    SELECT FROM stats_leaderboard_closed c JOIN matches_season s ON s.id = c.scope_id
    WHERE c.scope = 'season' AND s.closed_at IS NULL
)
"""


def closed_boards_changed(match_ids: Sequence[int]) -> bool:
    """Whether the boards of closed seasons need a refresh: a season closed, or one of their matches moved."""
    if Settlement.objects.filter(match__season__closed_at__isnull=False, match__in=match_ids).exists():
        return True
    with connection.cursor() as cursor:
        cursor.execute(_SEASONS_CHANGED)
        return bool(cursor.fetchone()[0])
