"""Freshness of the leaderboards, as shown on the pages and in the status API."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from core.db import sql
from core.pipeline.models import JobRun, states_sql
from matches.statuses import SETTLED
from scoring import corrections
from scoring.models import Settlement
from stats.models import ViewRefresh
from stats.refresh import latency, matviews, team_board_schedule

LATE = timedelta(seconds=60)
_FRESHNESS = sql.read("content/sql/freshness.sql").format(open=states_sql(JobRun.OPEN))
_NAMES = {
    "settled": [str(status) for status in SETTLED],
    "view": matviews.VERSIONED,
    "counted_by": matviews.VERSIONED,
}


@dataclass(frozen=True, slots=True)
class Freshness:
    """State of the leaderboards.

    - `state`: `fresh`; `updating` (a result is being processed); `late` (a result has been waiting for more
      than a minute); `resting` (team boards only: older than the other boards until their next scheduled
      refresh); or `empty` (never refreshed)
    - `seconds`: time that the last counted result took from its recording to the leaderboards
    - `corrected_at`: time of the last correction that is not on the leaderboards
    - `waiting_since`: time at which the oldest change that is not on the leaderboards was recorded, scored or
      withdrawn
    """

    state: str
    data_version: int = 0
    updated_at: datetime | None = None
    seconds: float | None = None
    corrected_at: datetime | None = None
    waiting_since: datetime | None = None


def settled_by_results() -> QuerySet[Any]:
    """Return the current settlements on the leaderboards, newest first, except repeated ones.

    A settlement is repeated if the match was already settled with the same result, e.g. before predictions
    were imported or the rules changed. Annotations: `recorded_at` and `fresh_at`, see
    `stats.refresh.latency.ever_counted`.
    """
    earlier = Settlement.objects.filter(
        match=OuterRef("match"), result_version=OuterRef("result_version"), number__lt=OuterRef("number")
    )
    return latency.counted().filter(~Exists(earlier)).order_by("-pk")


def statement(view: str = matviews.VERSIONED) -> sql.Statement:
    """Return the SQL statement that `current` executes, to be passed to sql.prefetch()."""
    return _FRESHNESS, _NAMES | {"view": view}


def current(now: datetime, *, view: str = matviews.VERSIONED) -> Freshness:
    """Return the freshness of the team boards if `view` is TEAMS, else that of all other boards.

    Executes one query, a second one while a change is not shown yet, and up to three more for the team
    boards.
    """
    [(waiting_since, version, started_at, finished_at, recorded_at, fresh_at)] = sql.fetch_all(
        *statement(view)
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
    """Return when the last correction was recorded, if that was after the last refresh, else None."""
    later = corrections.corrections()
    if refreshed_at is not None:
        later = later.filter(recorded_at__gt=refreshed_at)
    return later.select_related(None).values_list("recorded_at", flat=True).first()


def newest_refreshes() -> list[tuple[str, ViewRefresh | None]]:
    """Return every view with its newest refresh, in the order in which views are refreshed."""
    return [(view, matviews.newest(view)) for view in matviews.IN_ORDER]


def seconds_between(start: datetime | None, end: datetime | None) -> float | None:
    """Return the seconds from start to end; None if one is missing or end is earlier (clock set back)."""
    if start is None or end is None or end < start:
        return None
    return (end - start) / timedelta(seconds=1)
