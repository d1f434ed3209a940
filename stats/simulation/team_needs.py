"""Needs of teams: the places that each team can still reach, and the results that secure them. Pure.

The counts are exact, and use points alone: an outcome is a home win, draw or away win in each match, without
goals. If teams end with equal points, tie-breakers decide, so such outcomes are counted separately.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from matches.tables.rules import TableRules
from stats.simulation.counted_outcomes import (
    Contest,
    Pair,
    Points,
    Standing,
    TooManyOutcomes,
    count_standings,
)

MAX_MATCHES = 3  # per team; with more left, almost every place is still possible


@dataclass(frozen=True, slots=True)
class NeededResult:
    """Numbers of outcomes of all open matches in which a team gains `gained` points.

    - `outcomes`: all of them
    - `secured`: the team reaches the place without tie-breakers
    - `level`: tie-breakers decide; in the remaining outcomes the team misses the place
    """

    gained: int
    outcomes: int
    secured: int
    level: int


@dataclass(frozen=True, slots=True)
class Need:
    """Results that a team needs in order to be among the first `place` teams, by the points that it gains."""

    place: int
    results: Sequence[NeededResult]


@dataclass(frozen=True, slots=True)
class TeamNeeds:
    """Places that a team can still reach, and the results that it needs for some places.

    `left` is the number of its open matches. `best` and `worst` are its best and worst possible place, from
    1, if tie-breakers decide for it or against it.
    """

    team: int
    left: int
    best: int
    worst: int
    needs: Sequence[Need]


def outcomes_of(rules: TableRules) -> list[Points]:
    """Return the points of both teams for each outcome of a match: home win, draw, away win.

    If shootouts have points, a draw counts as two outcomes.
    """
    draws = [(rules.draw, rules.draw)]
    if rules.shootout_win is not None and rules.shootout_loss is not None:
        draws = [(rules.shootout_win, rules.shootout_loss), (rules.shootout_loss, rules.shootout_win)]
    return [(rules.win, rules.loss), *draws, (rules.loss, rules.win)]


def is_countable(teams: Iterable[int], matches: Sequence[Pair]) -> bool:
    """Return True if matches are left, and at most MAX_MATCHES for each team."""
    left = Counter(team for pair in matches for team in pair)
    return bool(matches) and all(left[team] <= MAX_MATCHES for team in teams)


def team_needs(contest: Contest, places: Iterable[int]) -> list[TeamNeeds | None]:
    """Return the needs of each team in order to be among the first n teams, for each n of `places`.

    The needs of a team are None if there are too many outcomes to count.
    """
    wanted = list(places)
    return [_needs_of(team, contest, wanted) for team in contest.points]


def _needs_of(team: int, contest: Contest, places: Sequence[int]) -> TeamNeeds | None:
    try:
        by_gain = _standings_by_gain(team, contest)
    except TooManyOutcomes:
        return None
    standings = [standing for counted in by_gain.values() for standing in counted]
    return TeamNeeds(
        team=team,
        left=sum(team in pair for pair in contest.matches),
        best=1 + min(more for more, _ in standings),
        worst=1 + max(more + equal for more, equal in standings),
        needs=[
            Need(place, [_result(gain, by_gain[gain], place) for gain in sorted(by_gain)]) for place in places
        ],
    )


def _result(gained: int, counted: Counter[Standing], place: int) -> NeededResult:
    secured = sum(count for (more, equal), count in counted.items() if more + equal < place)
    missed = sum(count for (more, _), count in counted.items() if more >= place)
    total = counted.total()
    return NeededResult(gained, total, secured, total - secured - missed)


def _standings_by_gain(team: int, contest: Contest) -> Mapping[int, Counter[Standing]]:
    """Count the outcomes of all matches, by the points that the team gains and by its standing."""
    own = [pair for pair in contest.matches if team in pair]
    others = [pair for pair in contest.matches if team not in pair]
    found: dict[int, Counter[Standing]] = defaultdict(Counter)
    for results in product(contest.outcomes, repeat=len(own)):
        points = dict(contest.points)
        for pair, gained in zip(own, results, strict=True):
            points[pair[0]] += gained[0]
            points[pair[1]] += gained[1]
        final = points.pop(team)
        counted = count_standings(Contest(points, others, contest.outcomes), final)
        found[final - contest.points[team]].update(counted)
    return found
