"""How fresh the pages are, in words that a reader can trust: from rows, never from a guess."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from config import sql
from matches.statuses import SETTLED
from scoring import corrections
from scoring.models import Settlement
from stats import beat, freshness, matviews
from stats.models import ViewRefresh

LATE = timedelta(seconds=60)
_WAITING = sql.read("content/sql/waiting.sql")


@dataclass(frozen=True, slots=True)
class Freshness:
    """The state of the boards.

    `fresh`, `updating` (a result is under way), `late` (it has been for a minute), `resting` (other
    boards count it, those of teams will after their rest), or `empty` (none yet).
    `corrected_at`: the last correction that they do not show yet.
    """

    state: str
    data_version: int = 0
    updated_at: datetime | None = None
    seconds: float | None = None
    corrected_at: datetime | None = None


def settled_by_results() -> QuerySet[Any]:
    """Counted settlements that a result caused, newest first; not those of late imports or a new rule.

    With `recorded_at` and `fresh_at`, see `stats.freshness.counted`.
    """
    earlier = Settlement.objects.filter(
        match=OuterRef("match"), result_version=OuterRef("result_version"), number__lt=OuterRef("number")
    )
    return freshness.counted().filter(~Exists(earlier)).order_by("-pk")


def current(now: datetime, *, view: str = matviews.VERSIONED) -> Freshness:
    """How fresh the boards are at this moment: those of teams, or (by default) all others."""
    newest = matviews.newest(view)
    waiting_since = _waiting_since()
    if newest is None and waiting_since is None:
        return Freshness("empty")
    if view == matviews.TEAMS and newest and beat.behind_since():
        return Freshness("resting", newest.pk, newest.finished_at, corrected_at=_corrected_at(newest))
    last = settled_by_results().first()
    return Freshness(
        state=_state(waiting_since, now),
        data_version=newest.pk if newest else 0,
        updated_at=newest.finished_at if newest else None,
        seconds=seconds_between(last.recorded_at, last.fresh_at) if last else None,
        corrected_at=_corrected_at(newest) if waiting_since else None,
    )


def _state(waiting_since: datetime | None, now: datetime) -> str:
    if waiting_since is None:
        return "fresh"
    return "late" if now - waiting_since > LATE else "updating"


def _waiting_since() -> datetime | None:
    """Since when something has waited to be counted, or to be taken out again; None where nothing does."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"settled": [str(status) for status in SETTLED]})
        since: datetime | None = cursor.fetchone()[0]
    return since


def _corrected_at(boards: ViewRefresh | None) -> datetime | None:
    """When the last correction was recorded, if that was after the boards were refreshed."""
    later = corrections.corrections()
    if boards is not None:
        later = later.filter(recorded_at__gt=boards.started_at)
    return later.select_related(None).values_list("recorded_at", flat=True).first()


def newest_refreshes() -> list[tuple[str, ViewRefresh | None]]:
    """Every view with its newest refresh, in the order in which they are refreshed."""
    return [(view, matviews.newest(view)) for view in matviews.IN_ORDER]


def seconds_between(start: datetime | None, end: datetime | None) -> float | None:
    """Seconds from one moment to the other; None while one of them is missing."""
    return None if start is None or end is None else (end - start) / timedelta(seconds=1)
