"""Importance of a match: how the chances of its teams change with its result."""

import pytest

from stats.simulation.match_importance import importance
from stats.simulation.season_events import events
from stats.simulation.simulate import simulate
from stats.simulation.stage_inputs import DecidingPlaces
from tests.stats.simulation.small_leagues import stage

TITLE = DecidingPlaces(is_title=True)


def test_a_final_match_decides_everything():
    last = stage([1, 2], [(1, 2, 1, 0)], [(2, 1)], deciding=TITLE)
    simulated = simulate(last, 10_000)

    (found,) = importance(last.open_matches, simulated, events(last, simulated))

    first = next(stake for stake in found.stakes if stake.team == 1)
    assert first.chances[1] == first.chances[2] == 1.0
    assert first.chances[0] == pytest.approx(0.25, abs=0.15)  # goal difference decides after a home win
    assert sum(found.runs) == 10_000


def test_a_match_on_which_nothing_depends_has_no_importance():
    """Team 1 is four points ahead of both others."""
    idle = stage([1, 2, 3], [(1, 2, 1, 0), (1, 3, 1, 0)], [(2, 3)], deciding=TITLE)
    simulated = simulate(idle, 1000)

    (found,) = importance(idle.open_matches, simulated, events(idle, simulated))
    assert (found.importance, list(found.stakes)) == (0.0, [])


def test_the_chances_after_each_result_average_to_the_chance():
    race = stage([1, 2, 3], [(1, 2, 1, 0), (2, 3, 1, 0)], [(3, 1), (2, 1), (1, 3), (3, 2)], deciding=TITLE)
    simulated = simulate(race, 10_000)
    happened = events(race, simulated)

    (found, *_) = importance(race.open_matches, simulated, happened)

    for stake in found.stakes:
        mean = sum(runs * chance for runs, chance in zip(found.runs, stake.chances, strict=True)) / 10_000
        assert mean == pytest.approx(happened["title"][0][stake.team - 1].mean())


def test_a_result_with_too_few_runs_has_no_frequency():
    race = stage([1, 2], to_play=[(1, 2)], deciding=TITLE, means=(6.0, 0.1))
    simulated = simulate(race, 200)

    (found,) = importance(race.open_matches, simulated, events(race, simulated))
    assert all(stake.chances[2] is None for stake in found.stakes)
