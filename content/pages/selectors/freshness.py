"""How fresh the pages are, in words that a reader can trust: from rows, never from a guess."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from core.db import sql
from matches.statuses import SETTLED
from scoring import corrections
from scoring.models import Settlement
from stats.models import ViewRefresh
from stats.refresh import latency, matviews, team_board_schedule

LATE = timedelta(seconds=60)
_FRESHNESS = sql.read("content/sql/freshness.sql")
_NAMES = {
    "settled": [str(status) for status in SETTLED],
    "view": matviews.VERSIONED,
    "counted_by": matviews.VERSIONED,
}


@dataclass(frozen=True, slots=True)
class Freshness:
    """The state of the boards.

    `fresh`, `updating` (a result is under way), `late` (it has been for a minute), `resting` (other
    boards count it, those of teams will after their rest), or `empty` (none yet).
    `corrected_at`: the last correction that they do not show yet. `waiting_since`: when the oldest result
    that they do not show was recorded, scored or withdrawn.
    """

    state: str
    data_version: int = 0
    updated_at: datetime | None = None
    seconds: float | None = None
    corrected_at: datetime | None = None
    waiting_since: datetime | None = None


def settled_by_results() -> QuerySet[Any]:
    """Counted settlements that a result caused, newest first; not those of late imports or a new rule.

    With `recorded_at` and `fresh_at`, see `stats.refresh.latency.counted`.
    """
    earlier = Settlement.objects.filter(
        match=OuterRef("match"), result_version=OuterRef("result_version"), number__lt=OuterRef("number")
    )
    return latency.counted().filter(~Exists(earlier)).order_by("-pk")


def question(view: str = matviews.VERSIONED) -> sql.Statement:
    """What `current` asks, for whoever asks ahead."""
    return _FRESHNESS, _NAMES | {"view": view}


def current(now: datetime, *, view: str = matviews.VERSIONED) -> Freshness:
    """How fresh the boards are at this moment: those of teams, or (by default) all others.

    In one query, one more while something waits.
    """
    [(waiting_since, version, started_at, finished_at, recorded_at, fresh_at)] = sql.fetch_all(
        *question(view)
    )
    if version is None and waiting_since is None:
        return Freshness("empty")
    if view == matviews.TEAMS and version and team_board_schedule.behind_since():
        return Freshness("resting", version, finished_at, corrected_at=_corrected_at(started_at))
    return Freshness(
        state=_state(waiting_since, now),
        data_version=version or 0,
        updated_at=finished_at,
        seconds=seconds_between(recorded_at, fresh_at),
        corrected_at=_corrected_at(started_at) if waiting_since else None,
        waiting_since=waiting_since,
    )


def _state(waiting_since: datetime | None, now: datetime) -> str:
    if waiting_since is None:
        return "fresh"
    return "late" if now - waiting_since > LATE else "updating"


def _corrected_at(refreshed_at: datetime | None) -> datetime | None:
    """When the last correction was recorded, if that was after the boards were refreshed."""
    later = corrections.corrections()
    if refreshed_at is not None:
        later = later.filter(recorded_at__gt=refreshed_at)
    return later.select_related(None).values_list("recorded_at", flat=True).first()


def newest_refreshes() -> list[tuple[str, ViewRefresh | None]]:
    """Every view with its newest refresh, in the order in which they are refreshed."""
    return [(view, matviews.newest(view)) for view in matviews.IN_ORDER]


def seconds_between(start: datetime | None, end: datetime | None) -> float | None:
    """Return the seconds from one moment to the other; None if one is missing, or the clock was set back."""
    if start is None or end is None or end < start:
        return None
    return (end - start) / timedelta(seconds=1)
