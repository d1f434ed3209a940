"""Computation of season forecasts; the job `simulate_season` calls it."""

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from matches.models import Prediction, Season, Stage
from matches.tables.records import TeamRecord
from matches.tables.sums import TableLine, tables
from stats.models import SeasonForecast
from stats.refresh import matviews, versioned_reads
from stats.season_forecasts.counted_needs import stage_needs
from stats.season_forecasts.stage_reader import Probabilities, ReadStage, read_stage
from stats.simulation.match_importance import MatchImportance, importance
from stats.simulation.season_events import Events, events, place_counts
from stats.simulation.simulate import RUNS, SimulatedStage, SimulatedTable, simulate
from stats.simulation.stage_inputs import OpenMatch, StageInput

TIME_LIMIT = 30  # seconds; forecasts that are not computed by then are left for the next run
MOST_MATCHES = 20  # for which the importance is stored
VERSION = 1  # increase it if the method changes: then all forecasts are computed again
_FIELDS = [
    *("runs", "open_matches", "own_matches", "tables", "needs", "importance"),
    *("input_hash", "data_version", "as_of", "computed_at", "seconds"),
]


@dataclass(slots=True)
class ComputedForecasts:
    """Result of one run of the job.

    `rows`: new forecasts. `checked`: ids of forecasts whose input is unchanged. `outdated`: ids of forecasts
    to delete. `is_partial`: True if some are left to compute. `data_version`: the league tables' version.
    """

    at: datetime
    data_version: int
    rows: list[SeasonForecast] = field(default_factory=list)
    checked: list[int] = field(default_factory=list)
    outdated: list[int] = field(default_factory=list)
    is_partial: bool = False


class _View(NamedTuple):
    """A forecast to compute: of a forecaster (None for the baseline), with its own probabilities."""

    forecaster_id: int | None
    own: Probabilities


def compute(season: Season, *, at: datetime) -> ComputedForecasts:
    """Compute the forecasts of a season whose input changed. Stops after TIME_LIMIT seconds."""
    found = ComputedForecasts(at, versioned_reads.version(matviews.STANDINGS).number)
    until = time.monotonic() + TIME_LIMIT
    stored: dict[tuple[int, int | None], tuple[int, str]] = {
        (stage_id, forecaster_id): (pk, digest)
        for stage_id, forecaster_id, pk, digest in SeasonForecast.objects.filter(
            stage__season=season
        ).values_list("stage_id", "forecaster_id", "pk", "input_hash")
    }
    for stage in Stage.objects.filter(season=season, kind__in=[Stage.Kind.LEAGUE, Stage.Kind.GROUPS]):
        read = read_stage(stage, at=at)
        for view in _views(read, at) if stage.pk in read.sums else ():
            pk, former = stored.pop((stage.pk, view.forecaster_id), (0, ""))
            digest = _hash(read, view)
            if former == digest:
                found.checked.append(pk)
            elif time.monotonic() > until:
                found.is_partial = True
            else:
                found.rows.append(_forecast(read, view, digest, found))
    found.outdated = [pk for pk, _ in stored.values()]
    return found


def store(computed: ComputedForecasts) -> None:
    """Write new forecasts over those of the same stage and forecaster; delete outdated ones."""
    SeasonForecast.objects.filter(pk__in=computed.outdated).delete()
    SeasonForecast.objects.filter(pk__in=computed.checked).update(
        as_of=computed.at, data_version=computed.data_version
    )
    SeasonForecast.objects.bulk_create(
        computed.rows,
        update_conflicts=True,
        unique_fields=["stage", "forecaster"],
        update_fields=_FIELDS,
    )


def _views(read: ReadStage, at: datetime) -> Iterator[_View]:
    """Yield the baseline, then every forecaster with public probabilities of open matches of the stage."""
    yield _View(None, {})
    for forecaster_id, own in sorted(public_probabilities(read, at).items()):
        yield _View(forecaster_id, own)


def public_probabilities(read: ReadStage, at: datetime) -> dict[int, dict[int, tuple[float, float, float]]]:
    """Return the probabilities by forecaster and open match, only from predictions that are public at `at`.

    A prediction is secret until `reveal_at` of its match. A forecast that used it earlier would disclose it.
    """
    rows = (
        Prediction.objects.current()
        .revealed(now=at)
        .filter(match__in=[match["id"] for match in read.own_open_matches], p_home__isnull=False)
        .exclude(provenance=Prediction.Provenance.HINDSIGHT)
        .only("forecaster_id", "match_id", "p_home", "p_draw", "p_away")
    )
    found: dict[int, dict[int, tuple[float, float, float]]] = defaultdict(dict)
    for row in rows:
        if row.p_home is not None and row.p_draw is not None and row.p_away is not None:
            found[row.forecaster_id][row.match_id] = (row.p_home, row.p_draw, row.p_away)
    return found


def _hash(read: ReadStage, view: _View) -> str:
    parts = [VERSION, RUNS, read.hash_parts(), sorted(view.own.items())]
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _forecast(read: ReadStage, view: _View, digest: str, found: ComputedForecasts) -> SeasonForecast:
    began = time.monotonic()
    stage = read.as_input(read.grids(view.own))
    simulated = simulate(stage)
    happened = events(stage, simulated)
    lines = tables(read.stage.pk, read.sums)
    return SeasonForecast(
        stage=read.stage,
        forecaster_id=view.forecaster_id,
        runs=RUNS,
        open_matches=len(read.own_open_matches),
        own_matches=len(view.own),
        tables=[
            _table_as_json(table, lines[table.group], {name: each[number] for name, each in happened.items()})
            for number, table in enumerate(simulated.tables)
        ],
        needs=[] if view.forecaster_id else stage_needs(stage, lines),
        importance=_importance_as_json(stage, simulated, happened),
        input_hash=digest,
        data_version=found.data_version,
        as_of=found.at,
        computed_at=found.at,
        seconds=time.monotonic() - began,
    )


def _table_as_json(
    table: SimulatedTable, lines: Sequence[TableLine], happened: Mapping[str, Any]
) -> dict[str, Any]:
    by_team = {line.record.team: line for line in lines}
    counts = place_counts(table).tolist()
    teams = [
        _team_as_json(by_team[team], counts[row], {name: each[row] for name, each in happened.items()})
        for row, team in enumerate(table.teams)
    ]
    teams.sort(key=lambda team: (_mean_place(team["counts"]), team["position"], team["team"]))
    return {"group": table.group, "first_place": table.first_place + 1, "teams": teams}


def _team_as_json(line: TableLine, counts: list[int], happened: Mapping[str, Any]) -> dict[str, Any]:
    record: TeamRecord = line.record
    return {
        "team": record.team,
        "position": line.position,
        "played": record.played,
        "points": record.points,
        "goal_difference": record.goal_difference,
        "counts": counts,
        **{name: int(runs.sum()) for name, runs in happened.items()},
    }


def _mean_place(counts: Sequence[int]) -> float:
    return sum(place * count for place, count in enumerate(counts)) / sum(counts)


def _importance_as_json(
    stage: StageInput, simulated: SimulatedStage, happened: Events
) -> list[dict[str, Any]]:
    found = importance(_next_matches(stage.open_matches), simulated, happened)
    found.sort(key=lambda each: -each.importance)
    return [_match_as_json(each) for each in found]


def _match_as_json(match: MatchImportance) -> dict[str, Any]:
    stakes = [
        {"team": stake.team, "event": stake.event, "chances": list(stake.chances)} for stake in match.stakes
    ]
    return {"match": match.key, "runs": list(match.runs), "stakes": stakes}


def _next_matches(matches: Sequence[OpenMatch]) -> list[OpenMatch]:
    """Return the matches that are the next one of at least one team, at most MOST_MATCHES, by kickoff."""
    seen: set[int] = set()
    found = []
    for match in matches:
        if not {match.home, match.away} <= seen:
            found.append(match)
        seen |= {match.home, match.away}
    return found[:MOST_MATCHES]
