"""Exact counts of outcomes: they agree with a list of all outcomes."""

from collections import Counter
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matches.tables.rules import TableRules
from stats.simulation import counted_outcomes
from stats.simulation.counted_outcomes import Contest, TooManyOutcomes, count_standings
from stats.simulation.team_needs import NeededResult, is_countable, outcomes_of, team_needs

USUAL = outcomes_of(TableRules())
SHOOTOUTS = outcomes_of(TableRules(shootout_win=2, shootout_loss=1))


def all_finals(contest: Contest) -> list[tuple[dict[int, int], dict[int, int]]]:
    """Final points and gained points of all teams in each outcome, by listing all of them."""
    found = []
    for results in product(contest.outcomes, repeat=len(contest.matches)):
        gained = Counter(dict.fromkeys(contest.points, 0))
        for (home, away), (home_points, away_points) in zip(contest.matches, results, strict=True):
            gained[home] += home_points
            gained[away] += away_points
        found.append(({team: own + gained[team] for team, own in contest.points.items()}, dict(gained)))
    return found


@st.composite
def contests(draw):
    teams = range(draw(st.integers(2, 6)))
    pairs = [(home, away) for home in teams for away in teams if home != away]
    matches = draw(st.lists(st.sampled_from(pairs), max_size=5))
    points = {team: draw(st.integers(0, 9)) for team in teams}
    return Contest(points, matches, draw(st.sampled_from([USUAL, SHOOTOUTS])))


@settings(deadline=None)
@given(contests(), st.integers(0, 12))
def test_the_counts_are_those_of_a_list_of_all_outcomes(contest, points):
    listed = Counter(
        (sum(own > points for own in final.values()), sum(own == points for own in final.values()))
        for final, _ in all_finals(contest)
    )

    assert count_standings(contest, points) == listed


@settings(deadline=None)
@given(contests(), st.integers(1, 5))
def test_what_a_team_needs_is_counted_from_all_outcomes(contest, place):
    (found, *_) = team_needs(contest, [place])
    finals = all_finals(contest)

    above = [sum(own > final[0] for own in final.values()) for final, _ in finals]
    level = [sum(own == final[0] for own in final.values()) - 1 for final, _ in finals]
    assert found.best == 1 + min(above)
    assert found.worst == 1 + max(map(sum, zip(above, level, strict=True)))
    for result in found.needs[0].results:
        mine = [at for at, (_, gained) in enumerate(finals) if gained[0] == result.gained]
        secured = sum(above[at] + level[at] < place for at in mine)
        missed = sum(above[at] >= place for at in mine)
        assert result == NeededResult(result.gained, len(mine), secured, len(mine) - secured - missed)


def test_a_leader_with_two_points_more_is_only_level_with_a_draw_if_the_second_wins():
    found = team_needs(Contest({1: 10, 2: 8, 3: 3}, [(1, 3)], USUAL), [1])

    assert (found[0].best, found[0].worst) == (1, 1)
    behind = team_needs(Contest({1: 10, 2: 8, 3: 3, 4: 0}, [(1, 3), (2, 4)], USUAL), [1])
    assert [(each.gained, each.secured, each.level) for each in behind[0].needs[0].results] == [
        (0, 2, 0),
        (1, 2, 1),
        (3, 3, 0),
    ]


def test_the_counts_of_thirty_matches_sum_to_all_outcomes():
    """20 teams within a few points and three rounds left: 3^27 outcomes without the three of one team."""
    teams = range(20)
    rounds = [(team, (team + step) % 20) for step in (1, 5, 7) for team in teams if team % 2 == 0]
    spread = Contest({team: 40 - 2 * team for team in teams}, rounds, USUAL)

    found = team_needs(spread, [1])
    assert all(sum(each.outcomes for each in needs.needs[0].results) == 3**30 for needs in found if needs)
    assert found[0] is not None


def test_outcomes_that_are_too_many_are_not_counted(monkeypatch):
    monkeypatch.setattr(counted_outcomes, "MAX_LINKED", 2)
    contest = Contest(dict.fromkeys(range(4), 5), [(0, 1), (1, 2), (2, 3)], USUAL)

    with pytest.raises(TooManyOutcomes, match="3 matches among 4 teams"):
        count_standings(contest, 6)
    assert team_needs(Contest({9: 6, **contest.points}, contest.matches, USUAL), [1])[0] is None


@pytest.mark.parametrize(("rounds", "countable"), [(0, False), (1, True), (3, True), (4, False)])
def test_outcomes_are_counted_when_at_most_three_matches_a_team_are_left(rounds, countable):
    assert is_countable([1, 2], [(1, 2)] * rounds) == countable
