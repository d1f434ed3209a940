"""Small leagues for the tests of this folder: teams are numbers, and matches are pairs of them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import permutations

from matches.forecasters.score_matrix import score_grid
from matches.tables.rules import TableRules
from stats.simulation.stage_inputs import DecidingPlaces, OpenMatch, StageInput
from tests.matches.tables.played import records_of, sides_of

Score = tuple[int, int, int, int]


def stage(
    teams: Iterable[int],
    played: Sequence[Score] = (),
    to_play: Sequence[tuple[int, int]] = (),
    *,
    rules: TableRules | None = None,
    deciding: DecidingPlaces | None = None,
    lots: dict[int, int] | None = None,
    means: tuple[float, float] = (1.4, 1.1),
    group: str = "",
    **more,
) -> StageInput:
    """A stage of one group with these results and open matches; every open match has the same grid."""
    chosen = rules or TableRules()
    sides = [side for score in played for side in sides_of(*score)]
    records = [
        replace(record, lot=(lots or {}).get(record.team)) for record in records_of(teams, sides, chosen)
    ]
    return StageInput(
        rules=chosen,
        records={group: records},
        sides=[(group, side) for side in sides],
        open_matches=[
            OpenMatch(key=number, group=group, home=home, away=away, grid=score_grid(*means))
            for number, (home, away) in enumerate(to_play)
        ],
        deciding=deciding or DecidingPlaces(),
        **more,
    )


def double_round_robin(count: int) -> list[tuple[int, int]]:
    return list(permutations(range(1, count + 1), 2))
