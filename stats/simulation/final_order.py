"""Final places of the teams of a table in all runs, by the rules of matches/tables/order.py. Pure.

The rules are applied to all runs at once. `order.py` is the definition; tests compare the two. The only
difference: lots are drawn here, so that no two teams share a place. All arrays have a row per team and a
column per run.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matches.tables.rules import TableRules, TieBreaker
from stats.simulation.drawn_scores import Ints, Meeting, Runs

Values = Mapping[str, Ints]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalTable:
    """Teams of a table after all matches, in all runs: their values, matches and lots.

    `values` contains the points and every value that a rule compares; higher is better. `lots` contains None
    for a team without a recorded lot. `draw` is a random order of the teams for each run; it is used last.
    """

    teams: Sequence[int]
    values: Values
    meetings: Sequence[Meeting]
    lots: Sequence[int | None]
    draw: Ints

    def of(self, runs: Runs) -> "FinalTable":
        """Return only some of the runs."""
        return FinalTable(
            teams=self.teams,
            values={name: value[:, runs] for name, value in self.values.items()},
            meetings=[meeting.of(runs) for meeting in self.meetings],
            lots=self.lots,
            draw=self.draw[:, runs],
        )


def final_places(table: FinalTable, rules: TableRules) -> Ints:
    """Return the place of each team in each run, counted from 0."""
    level = refine(np.zeros_like(table.draw), table.values["points"])
    for block in _blocks(rules.tie_breakers):
        level = _for_tied(level, table, _rule(block))
    level = _for_tied(level, table, _apply_recorded_lots)
    return refine(level, table.draw)


def refine(level: Ints, value: Ints) -> Ints:
    """Return the levels after ordering teams with the same level by a value, the highest first.

    The level of a team is the number of teams that are strictly ahead of it.
    """
    shifted = value - value.min(initial=0)
    key = shifted - level * (shifted.max(initial=0) + 1)
    return np.asarray((key[None, :, :] > key[:, None, :]).sum(axis=1), dtype=np.int32)


_Rule = Callable[[FinalTable, Ints], Ints]


def _for_tied(level: Ints, table: FinalTable, rule: _Rule) -> Ints:
    """Return the levels after applying a rule to the runs in which teams are still level."""
    count = len(table.teams)
    tied = np.flatnonzero(level.sum(axis=0) < count * (count - 1) // 2)
    if not tied.size:
        return level
    level = level.copy()
    level[:, tied] = rule(table.of(tied), level[:, tied])
    return level


def _rule(block: Sequence[TieBreaker]) -> _Rule:
    """Return the function that applies a block of `_blocks`."""

    def apply(table: FinalTable, level: Ints) -> Ints:
        if block[0].is_head_to_head:
            return _apply_head_to_head(block, table, level)
        value = table.values[block[0].value_name]
        if block[0].is_about_opponents:
            value = _opponent_matrix(table) @ value
        return refine(level, value)

    return apply


def _blocks(tie_breakers: Sequence[TieBreaker]) -> list[list[TieBreaker]]:
    """Return the rules in order, as blocks of one rule. Consecutive head-to-head rules are one block."""
    blocks: list[list[TieBreaker]] = []
    for rule in tie_breakers:
        if blocks and rule.is_head_to_head and blocks[-1][0].is_head_to_head:
            blocks[-1].append(rule)
        else:
            blocks.append([rule])
    return blocks


def _apply_head_to_head(block: Sequence[TieBreaker], table: FinalTable, level: Ints) -> Ints:
    """Apply the block to level teams, and again to those still level, until it separates none of them."""
    while True:
        among = totals(table.teams, table.meetings, level)
        refined = level
        for rule in block:
            refined = refine(refined, among[rule.value_name])
        if np.array_equal(refined, level):
            return level
        level = refined


def totals(teams: Sequence[int], meetings: Sequence[Meeting], level: Ints) -> dict[str, Ints]:
    """Return the sums of each team over its matches against teams with the same level, in each run."""
    names = ("points", "goals", "goals_against", "wins", "away_goals", "away_wins")
    found = {name: np.zeros_like(level) for name in names}
    rows = {team: row for row, team in enumerate(teams)}
    for meeting in meetings:
        home, away = rows[meeting.home.team], rows[meeting.away.team]
        counted = level[home] == level[away]
        if not counted.any():
            continue
        for row, side, other in ((home, meeting.home, meeting.away), (away, meeting.away, meeting.home)):
            found["points"][row] += side.points * counted
            found["wins"][row] += side.won * counted
            found["goals"][row] += side.goals * counted
            found["goals_against"][row] += other.goals * counted
        found["away_goals"][away] += meeting.away.goals * counted
        found["away_wins"][away] += meeting.away.won * counted
    return {**found, "goal_difference": found["goals"] - found["goals_against"]}


def _opponent_matrix(table: FinalTable) -> Ints:
    """Return a symmetric matrix of the teams: 1 for two teams that met at least once, else 0."""
    rows = {team: row for row, team in enumerate(table.teams)}
    met = np.zeros((len(rows), len(rows)), dtype=np.int32)
    for meeting in table.meetings:
        home, away = rows[meeting.home.team], rows[meeting.away.team]
        met[home, away] = met[away, home] = 1
    return met


def _apply_recorded_lots(table: FinalTable, level: Ints) -> Ints:
    """Order level teams by their recorded lots, lowest first, if each of them has one."""
    missing = np.array([lot is None for lot in table.lots])
    lots = np.array([0 if lot is None else -lot for lot in table.lots], dtype=np.int32)
    lacks = ((level[None, :, :] == level[:, None, :]) & missing[None, :, None]).any(axis=1)
    return refine(level, np.where(lacks, 0, lots[:, None]).astype(np.int32))
