"""Title, going through and relegation in the runs of a simulation, and the frequencies of places. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matches.tables.rules import TableRules
from stats.simulation.drawn_scores import Ints
from stats.simulation.final_order import FinalTable, Mask, final_places
from stats.simulation.simulate import SimulatedStage, SimulatedTable, draw_lots
from stats.simulation.stage_inputs import StageInput

Events = Mapping[str, Sequence[Mask]]  # an array per table, with a row per team and a column per run


def place_counts(table: SimulatedTable) -> Ints:
    """Return the number of runs in which each team (row) has each place (column).

    The sum of each row and of each column is the number of all runs.
    """
    own = table.places - table.first_place
    return np.stack([(own == place).sum(axis=1) for place in range(len(table.teams))], axis=1)


def events(stage: StageInput, simulated: SimulatedStage) -> Events:
    """Return masks of the runs in which each team wins the title, goes through or is relegated.

    An event that the stage does not decide is left out.
    """
    places, tables = stage.deciding, simulated.tables
    found: dict[str, list[Mask]] = {}
    if places.is_title:
        found["title"] = [table.places == 0 for table in tables]
    if places.through or places.compared_place:
        found["through"] = list(_through(stage, tables))
    if places.relegated:
        found["relegated"] = list(_relegated(stage, tables, places.relegated))
    return found


def _through(stage: StageInput, tables: Sequence[SimulatedTable]) -> Iterator[Mask]:
    compared = _best_compared(stage, tables)
    for number, table in enumerate(tables):
        through = table.places - table.first_place < (stage.deciding.through or 0)
        yield through | compared[number] if compared else through


def _relegated(stage: StageInput, tables: Sequence[SimulatedTable], count: int) -> Iterator[Mask]:
    """Yield masks of the runs in which each team is in one of the last places of its table.

    If the groups rank below one another, the last places of all groups together count.
    """
    last = sum(len(table.teams) for table in tables)
    for table in tables:
        end = last if stage.ranked_groups else len(table.teams)
        yield table.places >= end - count


@dataclass(frozen=True, slots=True)
class _Holders:
    """Teams in the compared place: for each table in `numbers` (index), the team's row in each run.

    Tables with too few teams are left out.
    """

    numbers: list[int]
    rows: list[Ints]

    def values(self, tables: Sequence[SimulatedTable], name: str) -> Ints:
        picked = [
            np.take_along_axis(tables[number].values[name], rows[None, :], axis=0)[0]
            for number, rows in zip(self.numbers, self.rows, strict=True)
        ]
        return np.stack(picked)


def _best_compared(stage: StageInput, tables: Sequence[SimulatedTable]) -> list[Mask]:
    """Return masks of the runs in which each team goes through as one of the best in the compared place.

    Returns an empty list if the stage has no such comparison.
    """
    place, through = stage.deciding.compared_place, stage.deciding.compared_through
    if place is None or through is None:
        return []
    numbers = [number for number, table in enumerate(tables) if len(table.teams) >= place]
    holders = _Holders(
        numbers, [(tables[at].places - tables[at].first_place == place - 1).argmax(axis=0) for at in numbers]
    )
    names = list(tables[0].values) if tables else []
    found = [np.zeros(table.places.shape, np.bool_) for table in tables]
    if not numbers:
        return found
    ranked = final_places(_comparison(stage, tables, holders, names), _general(stage.rules))
    for at, number in enumerate(numbers):
        goes = (ranked[at] < through)[None, :]
        np.put_along_axis(found[number], holders.rows[at][None, :], goes, axis=0)
    return found


def _comparison(
    stage: StageInput, tables: Sequence[SimulatedTable], holders: _Holders, names: Sequence[str]
) -> FinalTable:
    """Return the teams in the compared place as a table; its "teams" are indexes of the tables."""
    runs = tables[0].places.shape[1]
    return FinalTable(
        teams=holders.numbers,
        values={name: holders.values(tables, name) for name in names},
        meetings=(),
        lots=[None] * len(holders.numbers),
        draw=draw_lots("compared places", len(holders.numbers), runs),
    )


def _general(rules: TableRules) -> TableRules:
    """Return the rules without tie-breakers that need the teams' matches against each other."""
    return replace(rules, tie_breakers=tuple(rule for rule in rules.tie_breakers if not rule.needs_matches))
