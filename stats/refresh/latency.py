"""Latency of the leaderboards: seconds from a recorded result to its appearance on them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, TypedDict

from django.db.models import F, OuterRef, QuerySet, Subquery

from core.db import sql
from core.rounding import half_up
from matches.models import ResultRevision
from scoring.models import Settlement
from stats.models import ViewRefresh
from stats.refresh.matviews import VERSIONED

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

NEWEST = 1_000  # number of settlements measured, so that the cost does not grow with the history

_SHOWN_AT = """
SELECT finished_at FROM stats_viewrefresh
WHERE view = %(view)s AND started_at >= (
    SELECT min(folded_at) FROM scoring_settlement s JOIN matches_match m ON m.id = s.match_id
    WHERE m.id = %(match)s AND s.result_version = m.result_version)
ORDER BY started_at LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Latency:
    """Number of measured matches, median and 95th percentile of the seconds from result to leaderboard."""

    count: int
    median: float | None
    p95: float | None


class Timing(TypedDict):
    """Annotations that `counted` adds to a settlement; None if the row that has this time was deleted."""

    recorded_at: datetime | None
    fresh_at: datetime | None


def counted() -> "QuerySet[WithAnnotations[Settlement, Timing]]":
    """Return current settlements that are on the leaderboards, annotated as by `ever_counted`."""
    return ever_counted().filter(superseded_at__isnull=True)


def ever_counted() -> "QuerySet[WithAnnotations[Settlement, Timing]]":
    """Return settlements that reached the leaderboards, including superseded ones.

    Annotations: `recorded_at`, the time at which the result was recorded, and `fresh_at`, the time at which
    the leaderboards first showed it. That is the end of the first refresh of the live leaderboards that began
    at or after `folded_at`. The records of such refreshes are never deleted (stats/refresh/matviews.py).
    """
    recorded = ResultRevision.objects.filter(match=OuterRef("match"), version=OuterRef("result_version"))
    refreshed = ViewRefresh.objects.filter(view=VERSIONED, started_at__gte=OuterRef("folded_at"))
    return Settlement.objects.filter(folded_at__isnull=False).annotate(
        recorded_at=Subquery(recorded.values("recorded_at")[:1]),
        fresh_at=Subquery(refreshed.order_by("started_at").values("finished_at")[:1]),
    )


def shown_at_statement(match: int) -> sql.Statement:
    """Return the SQL statement that `shown_at` executes, to be passed to sql.prefetch()."""
    return _SHOWN_AT, {"view": VERSIONED, "match": match}


def shown_at(match: int) -> datetime | None:
    """Return when the leaderboards first showed the newest result of the match, or None if not yet.

    If the same result is settled again, e.g. after an import, this time does not change.
    """
    shown = sql.fetch_all(*shown_at_statement(match))
    return shown[0][0] if shown else None


def whistle_to_leaderboard(*, since: datetime | None = None, until: datetime | None = None) -> Latency:
    """Measure how long results took to reach the leaderboards.

    Settlements are included that are current, are the first one of their match, and have predictions; void
    ones too. They are those of results recorded between `since` and `until`, or, without `until`, the newest
    NEWEST ones.
    """
    if until is None:
        measured = Settlement.objects.order_by("-pk")[:NEWEST]
    else:
        measured = Settlement.objects.filter(settled_at__gte=since)
    rows = counted().filter(pk__in=measured.values("pk"), number=1, predictions__gt=0)
    rows = rows.filter(recorded_at__isnull=False, fresh_at__isnull=False)
    if since is not None:
        rows = rows.filter(recorded_at__gte=since)
    if until is not None:
        rows = rows.filter(recorded_at__lt=until)
    rows = rows.filter(fresh_at__gte=F("recorded_at"))  # excludes rows written while the clock was set back
    return latency_of(rows.annotate(wait=F("fresh_at") - F("recorded_at")).values_list("wait", flat=True))


def latency_of(waits: Iterable[timedelta | None]) -> Latency:
    """Return count, median and 95th percentile of some delays; None is left out."""
    seconds = sorted(wait / timedelta(seconds=1) for wait in waits if wait is not None)
    return Latency(len(seconds), percentile(seconds, 0.5), percentile(seconds, 0.95))


def percentile(ordered: list[float], share: float) -> float | None:
    """Return the nearest-rank percentile of ascending values (0.95: the 95th); None for an empty list."""
    if not ordered:
        return None
    return float(half_up(ordered[max(0, ceil(share * len(ordered)) - 1)], 3))
