"""Simulation of the final tables of a stage. Pure.

A stage that carries points from another stage is simulated together with that stage.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matches.tables.records import TeamRecord
from stats.simulation.drawn_scores import SEED, Ints, Meeting, draw_meeting, played_meetings
from stats.simulation.final_order import FinalTable, Values, final_places, totals
from stats.simulation.stage_inputs import StageInput

RUNS = 10_000
_NO_POSITION = 10_000  # of a team that was not in the earlier stage: after all others
_RECORD = {"wins": "won", "goals": "goals_for"} | {
    name: name for name in ("goals_against", "away_goals", "away_wins")
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedTable:
    """Final table of a group (or of a stage without groups): a row per team, a column per run.

    `places` counts from 0; in a group that ranks below others, from `first_place`.
    """

    group: str
    teams: Sequence[int]
    places: Ints
    values: Values
    first_place: int


@dataclass(frozen=True, slots=True)
class SimulatedStage:
    """Final tables of a stage, its open matches by key (`drawn`), and all its matches with their group.

    Matches of an earlier stage that also count in this one are included, with the group None.
    """

    tables: Sequence[SimulatedTable]
    drawn: Mapping[int, Meeting]
    meetings: Sequence[tuple[str | None, Meeting]]


def simulate(stage: StageInput, runs: int = RUNS) -> SimulatedStage:
    """Simulate the open matches of a stage `runs` times, and return its final tables.

    The same input always gives the same output.
    """
    source = simulate(stage.source, runs) if stage.source else None
    drawn = {match.key: draw_meeting(match, stage.rules, runs) for match in stage.open_matches}
    played = played_meetings([side for _, side in stage.sides], stage.rules)
    groups = [group for group, _ in stage.sides[::2]]
    meetings: list[tuple[str | None, Meeting]] = list(zip(groups, played, strict=True))
    meetings += [(match.group, drawn[match.key]) for match in stage.open_matches]
    if source and stage.carries_record:
        meetings += [(None, meeting) for _, meeting in source.meetings]
    tables: list[SimulatedTable] = []
    ahead = 0
    for group in stage.groups:
        own = [drawn[match.key] for match in stage.open_matches if match.group == group]
        counted = [meeting for of, meeting in meetings if of in (group, None)]
        tables.append(_simulate_table(stage, group, source, own, counted, runs, ahead))
        ahead += len(stage.records[group]) if stage.ranked_groups else 0
    return SimulatedStage(tables, drawn, meetings)


def _simulate_table(
    stage: StageInput,
    group: str,
    source: SimulatedStage | None,
    own: Sequence[Meeting],
    counted: Sequence[Meeting],
    runs: int,
    ahead: int,
) -> SimulatedTable:
    records = stage.records[group]
    teams = [record.team for record in records]
    values = _add_carried(stage, teams, source, _sums(stage, records, own, runs))
    table = FinalTable(
        teams=teams,
        values=values,
        meetings=[each for each in counted if each.home.team in teams and each.away.team in teams],
        lots=[record.lot if stage.is_played_out else None for record in records],
        draw=draw_lots(group, len(teams), runs),
    )
    places = final_places(table, stage.rules) + np.int32(ahead)
    return SimulatedTable(group=group, teams=teams, places=places, values=values, first_place=ahead)


def draw_lots(name: str, teams: int, runs: int) -> Ints:
    """Return a random permutation of the teams for each run. The same name always gives the same lots."""
    random = np.random.default_rng([SEED, *name.encode()])
    return random.permuted(np.tile(np.arange(teams, dtype=np.int32)[:, None], runs), axis=0)


def _sums(
    stage: StageInput, records: Sequence[TeamRecord], drawn: Sequence[Meeting], runs: int
) -> dict[str, Ints]:
    """Return the sums over played and drawn matches; points include adjustments, but no carried points."""
    found = totals([each.team for each in records], drawn, np.zeros((len(records), runs), np.int32))
    for name, field in _RECORD.items():
        found[name] += np.array([[getattr(each, field)] for each in records], np.int32)
    points = [[stage.rules.points_of(each) + each.adjustment] for each in records]
    found["points"] += np.array(points, np.int32)
    return found


def _add_carried(
    stage: StageInput, teams: Sequence[int], source: SimulatedStage | None, sums: dict[str, Ints]
) -> Values:
    """Add carried points and sums, and the values of tie-breakers that refer to the earlier stage."""
    rounding = np.zeros_like(sums["points"])
    position = np.full_like(rounding, _NO_POSITION)
    for row, (table, earlier) in _rows_in(source, teams).items():
        points = table.values["points"][earlier]
        carried = _carried_points(stage.carries, points)
        rounding[row] = 2 * carried - points if stage.carries.startswith("half") else 0
        sums["points"][row] += carried
        position[row] = table.places[earlier] + 1
        for name in _RECORD if stage.carries_record else ():
            sums[name][row] += table.values[name][earlier]
    return {
        **sums,
        "goal_difference": sums["goals"] - sums["goals_against"],
        "unrounded_points": -rounding,
        "earlier_position": -position,
    }


def _rows_in(source: SimulatedStage | None, teams: Sequence[int]) -> dict[int, tuple[SimulatedTable, int]]:
    """Return each team's table and row in the earlier stage, by its row in this table.

    Teams that were not in the earlier stage are left out.
    """
    tables = source.tables if source else ()
    found = {team: (table, row) for table in tables for row, team in enumerate(table.teams)}
    return {row: found[team] for row, team in enumerate(teams) if team in found}


def _carried_points(carries: str, points: Ints) -> Ints:
    if carries == "full":
        return points
    if carries == "half_up":
        return -(-points // 2)
    return points // 2 if carries == "half_down" else np.zeros_like(points)
