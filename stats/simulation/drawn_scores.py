"""Random scores of the matches that are yet to be played, for all runs of a simulation. Pure.

Each match has its own random numbers, selected by its key. It keeps them if other matches are added or
played, or if probabilities change. So two simulations differ only because their inputs differ, and not by
chance.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matches.tables.records import TableSide
from matches.tables.rules import TableRules
from stats.simulation.stage_inputs import OpenMatch

Ints = NDArray[np.int32]
Runs = NDArray[np.intp]  # indexes of runs
SEED = 20_150_516
_SCORES, _SHOOTOUTS = 0, 1  # streams of random numbers of a match


@dataclass(frozen=True, slots=True)
class SideRuns:
    """One team's side of a match in all runs. The arrays have one entry if all runs are equal."""

    team: int
    goals: Ints
    points: Ints
    won: Ints

    def of(self, runs: Runs) -> "SideRuns":
        """Return only some of the runs."""
        if len(self.goals) == 1:
            return self
        return SideRuns(self.team, self.goals[runs], self.points[runs], self.won[runs])


@dataclass(frozen=True, slots=True)
class Meeting:
    """A match in all runs: already played (equal in all runs), or drawn."""

    home: SideRuns
    away: SideRuns

    def of(self, runs: Runs) -> "Meeting":
        """Return only some of the runs."""
        return Meeting(self.home.of(runs), self.away.of(runs))


def draw_meeting(match: OpenMatch, rules: TableRules, runs: int) -> Meeting:
    """Draw the score of a match in each run, and the winner of a shootout if the rules have points for it."""
    cumulative = np.cumsum(match.grid)
    numbers = np.random.default_rng([SEED, match.key, _SCORES]).random(runs)
    # The last cumulative probability can be slightly below 1; numbers above it belong to the last score.
    score = np.searchsorted(cumulative[:-1], numbers, side="right")
    home, away = (goals.astype(np.int32) for goals in np.divmod(score, match.grid.shape[1]))
    points = np.array([rules.loss, rules.draw, rules.win], dtype=np.int32)
    home_points, away_points = points[1 + np.sign(home - away)], points[1 + np.sign(away - home)]
    if rules.shootout_win is not None and rules.shootout_loss is not None:
        decided = np.random.default_rng([SEED, match.key, _SHOOTOUTS]).integers(0, 2, runs)
        shootout = np.array([rules.shootout_loss, rules.shootout_win], dtype=np.int32)
        home_points = np.where(home == away, shootout[decided], home_points)
        away_points = np.where(home == away, shootout[1 - decided], away_points)
    return Meeting(
        SideRuns(match.home, home, home_points, (home > away).astype(np.int32)),
        SideRuns(match.away, away, away_points, (home < away).astype(np.int32)),
    )


def played_meetings(sides: Sequence[TableSide], rules: TableRules) -> Iterator[Meeting]:
    """Yield the matches already played. In `sides`, the two sides of a match are next to each other."""
    for one, other in zip(*[iter(sides)] * 2, strict=True):
        home, away = (one, other) if one.at_home else (other, one)
        yield Meeting(_side(home, rules), _side(away, rules))


def _side(side: TableSide, rules: TableRules) -> SideRuns:
    points = {"W": rules.win, "D": rules.draw, "L": rules.loss}[side.outcome]
    if side.shootout and rules.shootout_win is not None and rules.shootout_loss is not None:
        points = rules.shootout_win if side.shootout == "W" else rules.shootout_loss
    values = (side.goals_for, points, side.outcome == "W")
    return SideRuns(side.team, *(np.array([value], dtype=np.int32) for value in values))
