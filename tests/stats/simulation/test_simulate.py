"""Simulated final tables: every place goes to one team in each run, by the rules of the table."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matches.tables.order import places
from matches.tables.rules import TableRules, TieBreaker
from stats.simulation.season_events import place_counts
from stats.simulation.simulate import simulate
from stats.simulation.stage_inputs import StageInput
from tests.matches.tables.played import HEAD_TO_HEAD, OVERALL, sides_of
from tests.matches.tables.test_order_properties import tables
from tests.stats.simulation.small_leagues import double_round_robin, stage

RUNS = 400


def counts(of: StageInput, runs: int = RUNS) -> list[list[int]]:
    return place_counts(simulate(of, runs).tables[0]).tolist()


@pytest.mark.parametrize("rules", [OVERALL, HEAD_TO_HEAD, (*HEAD_TO_HEAD, *OVERALL)])
def test_in_every_run_each_place_belongs_to_one_team(rules):
    found = np.array(
        counts(
            stage(range(1, 7), [(1, 2, 2, 0)], double_round_robin(6), rules=TableRules(tie_breakers=rules))
        )
    )

    assert (found.sum(axis=0) == RUNS).all()
    assert (found.sum(axis=1) == RUNS).all()


def test_equal_input_gives_equal_output():
    league = stage(range(1, 5), to_play=double_round_robin(4))

    assert counts(league) == counts(league)


def test_a_match_keeps_its_random_scores_if_another_match_is_played():
    before = simulate(stage(range(1, 5), to_play=double_round_robin(4)), RUNS)
    played = stage(range(1, 5), [(1, 2, 3, 0)], double_round_robin(4))
    after = simulate(replace(played, open_matches=played.open_matches[1:]), RUNS)

    assert (before.drawn[7].home.goals == after.drawn[7].home.goals).all()
    assert 0 not in after.drawn


def test_a_played_out_season_has_only_zeros_and_ones():
    results = [(1, 2, 3, 0), (2, 3, 1, 0), (3, 1, 0, 2), (2, 1, 0, 1), (3, 2, 2, 2), (1, 3, 0, 0)]

    assert counts(stage([1, 2, 3], results)) == [[RUNS, 0, 0], [0, RUNS, 0], [0, 0, RUNS]]


def test_lots_are_drawn_between_teams_that_are_level_by_all_rules():
    found = counts(stage([1, 2], [(1, 2, 1, 1), (2, 1, 1, 1)]), 10_000)

    assert found[0][0] == pytest.approx(5000, abs=250)
    assert counts(stage([1, 2], [(1, 2, 1, 1), (2, 1, 1, 1)], lots={1: 2, 2: 1})) == [[0, RUNS], [RUNS, 0]]


def test_recorded_lots_do_not_count_while_matches_are_to_be_played():
    found = counts(stage([1, 2, 3, 4], to_play=[(1, 2)], lots={3: 1, 4: 2, 1: 3, 2: 4}))

    assert 0 < found[2][1] < RUNS


def test_teams_with_equal_chances_have_equal_frequencies():
    """Each of four equal teams has each place in a quarter of 10,000 runs, within four standard errors."""
    level = stage(range(1, 5), to_play=double_round_robin(4), means=(1.3, 1.3))

    found = np.array(counts(level, 10_000))
    assert abs(found - 2500).max() < 4 * (10_000 * 0.25 * 0.75) ** 0.5


def test_the_frequencies_of_one_match_are_the_probabilities_of_its_grid():
    match = stage([1, 2], to_play=[(1, 2)])
    grid = match.open_matches[0].grid

    found = counts(match, 10_000)
    home_win, draw = np.tril(grid, -1).sum(), np.trace(grid)
    assert found[0][0] / 10_000 == pytest.approx(home_win + draw / 2, abs=0.02)


@settings(deadline=None)
@given(tables())
def test_the_order_is_that_of_the_table_except_for_drawn_lots(table):
    """`matches.tables.order.places` defines the order; teams that it leaves level get lots here."""
    records, sides, rules = table
    adjusted = [replace(each, adjustment=each.points - rules.points_of(each)) for each in records]
    played_out = StageInput(rules=rules, records={"": adjusted}, sides=[("", side) for side in sides])

    simulated = simulate(played_out, 20).tables[0].places.T + 1

    position = {place.team: place.position for place in places(records, sides, rules)}
    for run in simulated:
        by_team = dict(zip([each.team for each in records], run.tolist(), strict=True))
        ordered = sorted(position, key=lambda team: by_team[team])
        assert [position[team] for team in ordered] == sorted(position.values())


@settings(deadline=None)
@given(st.data())
def test_drawn_scores_are_ranked_as_the_same_scores_played(data):
    """The final table of a run is the table that `places` computes from the scores of that run."""
    rules = TableRules(tie_breakers=tuple(data.draw(st.permutations([*HEAD_TO_HEAD, *OVERALL, *OTHERS]))))
    league = stage([1, 2, 3, 4], [(1, 2, 1, 1), (3, 4, 0, 0)], double_round_robin(4)[2:8], rules=rules)
    simulated = simulate(league, 5)

    for run in range(5):
        scores = [(1, 2, 1, 1), (3, 4, 0, 0)] + [
            (each.home.team, each.away.team, int(each.home.goals[run]), int(each.away.goals[run]))
            for each in simulated.drawn.values()
        ]
        again = stage([1, 2, 3, 4], scores, rules=rules)
        records, sides = again.records[""], [side for score in scores for side in sides_of(*score)]
        records = [replace(each, points=rules.points_of(each)) for each in records]
        position = {place.team: place.position for place in places(records, sides, rules)}
        found = simulated.tables[0].places[:, run].tolist()
        ordered = sorted(range(4), key=found.__getitem__)
        assert [position[team + 1] for team in ordered] == sorted(position.values())


OTHERS = (TieBreaker.WINS, TieBreaker.AWAY_GOALS, TieBreaker.AWAY_WINS, TieBreaker.OPPONENTS_POINTS)


def test_halved_points_are_taken_along_from_each_run_of_an_unfinished_stage():
    first = stage([1, 2], [(1, 2, 1, 0)], [(2, 1)])
    second = stage([1, 2], to_play=[], source=first, carries="half_up")

    points = simulate(second, RUNS).tables[0].values["points"]
    earlier = simulate(first, RUNS).tables[0].values["points"]
    assert (points == (earlier + 1) // 2).all()
    assert len(set(points[0].tolist())) > 1


def test_groups_that_rank_below_one_another_continue_the_places():
    upper, lower = stage([1, 2], to_play=[(1, 2)], group="Up"), stage([3, 4], to_play=[(3, 4)], group="Down")
    both = replace(
        upper,
        records={**lower.records, **upper.records},
        open_matches=[*upper.open_matches, replace(lower.open_matches[0], key=9)],
        ranked_groups=["Up", "Down"],
    )

    found = simulate(both, RUNS).tables
    assert [(each.group, each.first_place) for each in found] == [("Up", 0), ("Down", 2)]
    assert set(found[1].places.ravel().tolist()) == {2, 3}


def test_a_drawn_match_with_a_shootout_gives_the_points_of_the_shootout():
    rules = TableRules(shootout_win=2, shootout_loss=1)
    found = simulate(stage([1, 2], to_play=[(1, 2)], rules=rules), RUNS)

    match, points = found.drawn[0], found.tables[0].values["points"]
    level = match.home.goals == match.away.goals
    assert (points[:, level].sum(axis=0) == 3).all()
    assert set(points[0, level].tolist()) == {1, 2}
