"""Back-test of the forecasts of final places: their scores before each matchday of a complete league.

Each forecast is simulated by the same code, from the results that were known at the first kickoff of the
matchday, and compared with the final table.
"""

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median_low
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matches.models import DrawnLot, Match, Stage
from matches.statuses import IN_TABLE, UNSETTLED
from stats.models import PlacesBacktest
from stats.season_forecasts.stage_reader import ended_after, read_stage
from stats.simulation.place_accuracy import rps_of_equal_chances, rps_of_places
from stats.simulation.season_events import place_counts
from stats.simulation.simulate import RUNS, simulate
from stats.simulation.stage_inputs import StageInput

TIME_LIMIT = 30  # seconds; matchdays that are not computed by then are left for the next run
MIN_MATCHDAYS = 10
# A match that kicks off more than this before the median kickoff of its matchday was brought forward.
MOVED = timedelta(days=3)
VERSION = 1  # increase it if the method changes
_FIELDS = [
    *("cutoff_at", "open_matches", "runs", "rps", "rps_of_table", "rps_of_equal"),
    *("input_hash", "computed_at", "seconds"),
]


class NoBacktest(ValueError):
    """The stage cannot be tested. The message contains the reason."""


class BacktestRun(NamedTuple):
    """Result of one run: new rows, and all matchdays of the stage.

    `is_partial` is True if matchdays are left to compute.
    """

    stage: Stage
    rows: list[PlacesBacktest]
    matchdays: list[int]
    is_partial: bool


def is_testable(stage: Stage) -> bool:
    """Return True if the stage is a complete league with at least MIN_MATCHDAYS and without carried points.

    All of its matches must have a matchday.
    """
    return not _why_not(stage)


def compute(stage: Stage, *, at: datetime, limit: float = TIME_LIMIT) -> BacktestRun:
    """Compute the matchdays whose input changed. Stops after `limit` seconds. Raises NoBacktest."""
    if reason := _why_not(stage):
        raise NoBacktest(f"{stage} cannot be tested: {reason}")
    until = time.monotonic() + limit
    stored = dict(PlacesBacktest.objects.filter(stage=stage).values_list("matchday", "input_hash"))
    digest, final, days = _hash(stage), _final_places(stage, at), _cutoffs(stage)
    rows: list[PlacesBacktest] = []
    for matchday, cutoff_at in days.items():
        if stored.get(matchday) == digest:
            continue
        if rows and time.monotonic() > until:
            return BacktestRun(stage, rows, list(days), is_partial=True)
        rows.append(_test(stage, matchday, cutoff_at, final, digest, at))
    return BacktestRun(stage, rows, list(days), is_partial=False)


def store(run: BacktestRun) -> None:
    """Write new rows over those of the same matchday; delete rows of matchdays that no longer exist."""
    PlacesBacktest.objects.filter(stage=run.stage).exclude(matchday__in=run.matchdays).delete()
    PlacesBacktest.objects.bulk_create(
        run.rows, update_conflicts=True, unique_fields=["stage", "matchday"], update_fields=_FIELDS
    )


def _why_not(stage: Stage) -> str:
    matches = Match.objects.filter(stage=stage)
    if stage.kind != Stage.Kind.LEAGUE:
        return "only a league with one table is tested."
    if stage.carries_from_id is not None:
        return "its teams carry points from another stage."
    if matches.filter(status__in=UNSETTLED).exists():
        return "it has matches that are not over."
    if matches.filter(status__in=IN_TABLE, matchday__isnull=True).exists():
        return "it has matches without a matchday."
    days = matches.filter(status__in=IN_TABLE).values("matchday").distinct().count()
    return "" if days >= MIN_MATCHDAYS else f"it has {days} matchdays; at least {MIN_MATCHDAYS} are required."


def _cutoffs(stage: Stage) -> dict[int, datetime]:
    """Return the first kickoff of each matchday, without matches that were brought forward (MOVED)."""
    kickoffs: dict[int, list[datetime]] = defaultdict(list)
    counted = Match.objects.filter(stage=stage, status__in=IN_TABLE)
    for matchday, kickoff_at in counted.order_by("matchday").values_list("matchday", "kickoff_at"):
        kickoffs[matchday or 0].append(kickoff_at)
    return {
        day: min(each for each in times if each >= median_low(times) - MOVED)
        for day, times in kickoffs.items()
    }


def _hash(stage: Stage) -> str:
    """Return a hash of rules, adjustments, lots and the competition's results up to the end of the stage."""
    last = Match.objects.filter(stage=stage).latest("kickoff_at").kickoff_at
    known = Match.objects.filter(
        season__competition=stage.season.competition_id, status__in=IN_TABLE, kickoff_at__lte=last
    )
    columns = (
        *("pk", "kickoff_at", "kickoff_time_known", "matchday"),
        *("home_team", "away_team", "home_score", "away_score", "award"),
    )
    parts = [
        *(VERSION, RUNS, str(stage.rules)),
        list(known.order_by("pk").values_list(*columns)),
        list(stage.adjustments.order_by("pk").values_list("team", "points", "decided_on")),
        list(DrawnLot.objects.filter(stage=stage).order_by("pk").values_list("team", "number")),
    ]
    text = json.dumps(parts, default=str)
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _final_places(stage: Stage, at: datetime) -> dict[int, int]:
    """Return the final place of each team, from 0. Random lots order teams that are level without lots."""
    read = read_stage(stage, at=at)
    (table,) = simulate(read.as_input({}), runs=1).tables
    return dict(zip(table.teams, table.places[:, 0].tolist(), strict=True))


def _test(
    stage: Stage, matchday: int, cutoff_at: datetime, final: dict[int, int], digest: str, at: datetime
) -> PlacesBacktest:
    began = time.monotonic()
    left_out = ended_after(stage, cutoff_at)
    read = read_stage(stage, at=cutoff_at, left_out=left_out, day=cutoff_at.date())
    seen = read.as_input(read.grids({}))
    return PlacesBacktest(
        stage=stage,
        matchday=matchday,
        cutoff_at=cutoff_at,
        open_matches=len(left_out),
        runs=RUNS,
        rps=_rps(seen, final),
        rps_of_table=_rps(_as_if_final(seen), final),
        rps_of_equal=rps_of_equal_chances(len(final)),
        input_hash=digest,
        computed_at=at,
        seconds=time.monotonic() - began,
    )


def _as_if_final(stage: StageInput) -> StageInput:
    """Return the stage as if it were complete: without its open matches.

    Recorded lots are removed, because they were drawn later; random lots order teams that are level.
    """
    records = {
        group: [replace(record, lot=None) for record in teams] for group, teams in stage.records.items()
    }
    return StageInput(rules=stage.rules, records=records, sides=stage.sides)


def _rps(stage: StageInput, final: dict[int, int]) -> float:
    (table,) = simulate(stage, RUNS).tables
    return rps_of_places(place_counts(table) / RUNS, _places(table.teams, final))


def _places(teams: Sequence[int], final: dict[int, int]) -> NDArray[np.intp]:
    return np.array([final[team] for team in teams], dtype=np.intp)
