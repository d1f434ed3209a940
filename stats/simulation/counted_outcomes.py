"""Exact counts of the outcomes of all remaining matches, by the number of teams with more or equal points.

Pure. 30 matches have 3^30 outcomes, too many to list. Most teams end with more or with fewer points than a
given number in any case; only the matches of the other teams matter. These matches are added one after
another, and outcomes with the same effect are counted together.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

Pair = tuple[int, int]  # home and away team
Points = tuple[int, int]  # of the home and the away team
Standing = tuple[int, int]  # number of teams with more points, and with equal points
State = tuple[tuple[int, ...], int, int]  # points of teams with matches left, and the Standing of the others

MAX_LINKED = 14  # matches within a group of linked teams (see _linked); more would take too long to count


class TooManyOutcomes(ValueError):
    """The outcomes cannot be counted in a reasonable time."""


@dataclass(frozen=True, slots=True)
class Contest:
    """Points of teams, their remaining matches, and the points of each possible outcome of a match."""

    points: Mapping[int, int]
    matches: Sequence[Pair]
    outcomes: Sequence[Points]


def count_standings(contest: Contest, points: int) -> Counter[Standing]:
    """Count the outcomes by the number of teams that end with more than, and with exactly, `points`.

    The counts sum to the number of all outcomes. Raises TooManyOutcomes.
    """
    more, undecided = _split_teams(contest, points)
    decisive = [pair for pair in contest.matches if undecided & set(pair)]
    found: Counter[Standing] = Counter(
        {(more, 0): len(contest.outcomes) ** (len(contest.matches) - len(decisive))}
    )
    for linked in _linked(undecided, decisive):
        found = _product(found, _count_linked(contest, linked, decisive, points))
    return found


def _split_teams(contest: Contest, points: int) -> tuple[int, set[int]]:
    """Return the number of teams that end with more points in any case, and the undecided teams.

    A team is undecided if its results decide whether it ends with more, exactly or fewer `points`.
    """
    left = Counter(team for pair in contest.matches for team in pair)
    best = max(max(outcome) for outcome in contest.outcomes)
    worst = min(min(outcome) for outcome in contest.outcomes)
    more, undecided = 0, set[int]()
    for team, own in contest.points.items():
        if own + worst * left[team] > points:
            more += 1
        elif own + best * left[team] >= points:
            undecided.add(team)
    return more, undecided


def _linked(teams: set[int], matches: Sequence[Pair]) -> list[list[int]]:
    """Return groups of teams that are linked by matches, directly or via other teams.

    In a group, opponents are close to each other (breadth-first order).
    """
    met: dict[int, set[int]] = {team: set() for team in teams}
    for home, away in matches:
        if home in met and away in met:
            met[home].add(away)
            met[away].add(home)
    groups: list[list[int]] = []
    rest = set(teams)
    while rest:
        group, waiting = list[int](), [min(rest)]
        while waiting:
            team = waiting.pop(0)
            if team in rest:
                rest.remove(team)
                group.append(team)
                waiting += sorted(met[team] & rest)
        groups.append(group)
    return groups


def _count_linked(
    contest: Contest, teams: Sequence[int], matches: Sequence[Pair], points: int
) -> Counter[Standing]:
    """Count the outcomes of all matches of one group of linked teams.

    Opponents outside of the group are decided, so only the points of the group's teams are counted.
    """
    place = {team: number for number, team in enumerate(teams)}
    inside = [pair for pair in matches if pair[0] in place and pair[1] in place]
    if len(inside) > MAX_LINKED:
        raise TooManyOutcomes(f"{len(inside)} matches among {len(teams)} teams depend on one another.")
    inside.sort(key=lambda pair: min(place[pair[0]], place[pair[1]]))
    outside = {team: _gained_outside(contest, team, matches, place) for team in teams}
    start = tuple(contest.points[team] for team in teams)
    states: Counter[State] = Counter({(start, 0, 0): 1})
    for number, team in enumerate(teams):
        for pair in [each for each in inside if min(place[each[0]], place[each[1]]) == number]:
            states = _play(states, place[pair[0]] - number, place[pair[1]] - number, contest.outcomes)
        states = _finish(states, outside[team], points)
    return Counter({(more, equal): count for (_, more, equal), count in states.items()})


def _gained_outside(
    contest: Contest, team: int, matches: Sequence[Pair], group: Mapping[int, int]
) -> Counter[int]:
    """Count the outcomes of a team's matches against teams outside of its group by the points it gains."""
    gained = Counter({0: 1})
    for pair in matches:
        if team in pair and not (pair[0] in group and pair[1] in group):
            side = pair.index(team)
            gained = _sum(gained, Counter(outcome[side] for outcome in contest.outcomes))
    return gained


def _sum(one: Counter[int], other: Counter[int]) -> Counter[int]:
    """Combine two counts of outcomes by points: points are added, counts multiplied."""
    found: Counter[int] = Counter()
    for a, times in one.items():
        for b, more in other.items():
            found[a + b] += times * more
    return found


def _play(states: Counter[State], home: int, away: int, outcomes: Sequence[Points]) -> Counter[State]:
    """Return the states after one more match of the teams at the indexes `home` and `away`."""
    found: Counter[State] = Counter()
    for (points, more, equal), count in states.items():
        for home_points, away_points in outcomes:
            after = list(points)
            after[home] += home_points
            after[away] += away_points
            found[tuple(after), more, equal] += count
    return found


def _finish(states: Counter[State], outside: Counter[int], points: int) -> Counter[State]:
    """Return the states without their first team, after counting it as above, level or below.

    All of its matches within the group have been played; `outside` counts the outcomes of its other matches.
    """
    found: Counter[State] = Counter()
    for ((own, *rest), more, equal), count in states.items():
        for gained, times in outside.items():
            final = own + gained
            found[tuple(rest), more + (final > points), equal + (final == points)] += count * times
    return found


def _product(one: Counter[Standing], other: Counter[Standing]) -> Counter[Standing]:
    """Combine the counts of two independent groups of teams."""
    found: Counter[Standing] = Counter()
    for (more, equal), count in one.items():
        for (more_too, equal_too), times in other.items():
            found[more + more_too, equal + equal_too] += count * times
    return found


def number_of_outcomes(contest: Contest) -> int:
    """Return the number of all outcomes of the remaining matches."""
    return prod([len(contest.outcomes)] * len(contest.matches))
