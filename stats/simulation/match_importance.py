"""Importance of a match: chances of its teams after each of its results, in the same runs. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stats.simulation.drawn_scores import Meeting
from stats.simulation.final_order import Mask
from stats.simulation.season_events import Events
from stats.simulation.simulate import SimulatedStage
from stats.simulation.stage_inputs import OpenMatch

# With fewer runs that have a result, the frequency of an event in these runs would be mostly chance.
MIN_RUNS = 100
Chances = tuple[float | None, float | None, float | None]  # home win, draw, away win


@dataclass(frozen=True, slots=True)
class TeamStake:
    """Chance of one team for one event, e.g. relegation, after each result of a match.

    `chances` contains the frequencies after a home win, a draw and an away win; None if there
    are fewer than MIN_RUNS such runs.
    """

    team: int
    event: str
    chances: Chances

    @property
    def swing(self) -> float:
        """Return the difference between the highest and the lowest of the known chances."""
        known = [chance for chance in self.chances if chance is not None]
        return max(known, default=0.0) - min(known, default=0.0)


@dataclass(frozen=True, slots=True)
class MatchImportance:
    """Numbers of runs with each result of a match, and the stakes of its teams, the largest swing first.

    `runs` are the numbers of runs with a home win, a draw and an away win.
    """

    key: int
    runs: tuple[int, int, int]
    stakes: Sequence[TeamStake]

    @property
    def importance(self) -> float:
        """Return the largest swing of a chance; 0 if nothing depends on the match."""
        return self.stakes[0].swing if self.stakes else 0.0


def importance(
    matches: Iterable[OpenMatch], simulated: SimulatedStage, events: Events
) -> list[MatchImportance]:
    """Return the importance of some open matches of the stage, in the given order."""
    groups = {table.group: number for number, table in enumerate(simulated.tables)}
    found = []
    for match in matches:
        results = _results(simulated.drawn[match.key])
        number = groups[match.group]
        rows = {team: row for row, team in enumerate(simulated.tables[number].teams)}
        stakes = [
            TeamStake(team, event, _chances(in_table[number][rows[team]], results))
            for team in (match.home, match.away)
            for event, in_table in events.items()
        ]
        runs = [int(result.sum()) for result in results]
        found.append(MatchImportance(match.key, (runs[0], runs[1], runs[2]), _by_swing(stakes)))
    return found


def _by_swing(stakes: Iterable[TeamStake]) -> list[TeamStake]:
    return sorted((stake for stake in stakes if stake.swing > 0), key=lambda stake: -stake.swing)


def _results(meeting: Meeting) -> list[Mask]:
    """Return masks of the runs in which the match ends with a home win, a draw and an away win."""
    home, away = meeting.home.goals, meeting.away.goals
    return [home > away, home == away, home < away]


def _chances(happened: Mask, results: Sequence[Mask]) -> Chances:
    found = [float(happened[result].mean()) if result.sum() >= MIN_RUNS else None for result in results]
    return found[0], found[1], found[2]
