"""Seasons that split: what the second stage takes along, and groups that rank below one another."""

import pytest

from matches.models import Stage
from matches.services.stages import apply_preset, apply_rules
from matches.tables.presets import BY_SLUG
from tests.factories import StageFactory, record
from tests.stats.refresh.leagues import HEAD_TO_HEAD, OVERALL, deduct, play, refreshed

pytestmark = pytest.mark.django_db

# Alder 7 points (3-0 goals), Birch 4 (2-2), Cedar 4 (1-1), Dogwood 1 (0-3).
FIRST_PHASE = [
    *[("Alder", "Birch", 1, 0), ("Alder", "Cedar", 0, 0), ("Alder", "Dogwood", 2, 0)],
    *[("Birch", "Cedar", 1, 1), ("Birch", "Dogwood", 1, 0), ("Cedar", "Dogwood", 0, 0)],
]


@pytest.fixture
def final_round(stage) -> Stage:
    """Alder beats Birch again; Cedar and Dogwood have not met again."""
    play(stage, *FIRST_PHASE)
    final = StageFactory(season=stage.season, name="Final round", kind=Stage.Kind.GROUPS, order=1)
    play(final, ("Alder", "Birch", 1, 0), group="Championship")
    play(final, ("Cedar", "Dogwood"), group="Relegation")
    return final


@pytest.mark.parametrize(
    ("carries", "alder", "birch"),
    [("full", 7, 4), ("half_up", 4, 2), ("half_down", 3, 2), ("nothing", 0, 0)],
)
def test_points_are_taken_along_in_full_halved_or_not_at_all(stage, final_round, carries, alder, birch):
    apply_rules(final_round, carries_from=stage, carries=carries)

    found = refreshed(final_round, "carried", "points", "played", group="Championship")

    assert found == [(1, "Alder", alder, alder + 3, 1), (2, "Birch", birch, birch, 1)]


def test_negative_points_are_rounded_in_the_same_direction(stage, final_round):
    deduct(stage, "Birch", -7)
    for carries, carried in (("half_up", -1), ("half_down", -2)):
        apply_rules(final_round, carries_from=stage, carries=carries)

        assert refreshed(final_round, "carried", group="Championship")[1] == (2, "Birch", carried)


def test_the_record_is_taken_along_if_the_rules_say_so(stage, final_round):
    apply_rules(final_round, carries_from=stage, carries="full", carries_record=True)

    found = refreshed(final_round, "played", "won", "goals_for", "goals_against", group="Championship")

    assert found == [(1, "Alder", 4, 3, 4, 0), (2, "Birch", 4, 1, 2, 3)]


def test_matches_of_the_first_phase_count_head_to_head_with_the_record(stage):
    play(stage, ("Alder", "Birch", 0, 1), ("Alder", "Cedar", 3, 0), ("Birch", "Cedar", 0, 1))
    final = StageFactory(season=stage.season, name="Final round", order=1)
    play(final, ("Alder", "Birch", 0, 0))
    rules = {"carries_from": stage, "carries": "full", "tie_breakers": [*HEAD_TO_HEAD, *OVERALL]}

    apply_rules(final, **rules, carries_record=True)
    assert [name for _, name in refreshed(final)] == ["Birch", "Alder"]

    apply_rules(final, **rules, carries_record=False)
    assert refreshed(final) == [(1, "Alder"), (1, "Birch")]


def test_a_corrected_result_of_the_first_phase_changes_the_final_round(stage, final_round):
    apply_rules(final_round, carries_from=stage, carries="full")
    assert refreshed(final_round, "carried", group="Championship")[0] == (1, "Alder", 7)

    record(stage.matches.get(home_team__name="Alder", away_team__name="Cedar"), 1, 0)

    assert refreshed(final_round, "carried", group="Championship")[0] == (1, "Alder", 9)


def test_the_relegation_round_is_never_above_the_championship_round(stage, final_round):
    deduct(stage, "Birch", -10)
    apply_rules(
        final_round,
        carries_from=stage,
        carries="full",
        ranked_groups=["Championship", "Relegation"],
    )

    assert refreshed(final_round, "points", group="Championship") == [(1, "Alder", 10), (2, "Birch", -6)]
    assert refreshed(final_round, "points", group="Relegation") == [(3, "Cedar", 3), (4, "Dogwood", 1)]


def test_half_a_point_that_rounding_removed_puts_an_austrian_team_first(stage):
    """Alder takes 2 of 5 points along and Birch 2 of 4; then they draw."""
    deduct_from = [("Alder", "Cedar", 1, 0), ("Birch", "Cedar", 4, 0), ("Alder", "Dogwood", 0, 0)]
    play(stage, *deduct_from, ("Birch", "Dogwood", 0, 0), ("Alder", "Elm", 0, 0))
    final = StageFactory(season=stage.season, name="Championship round", order=1)
    play(final, ("Alder", "Birch", 1, 1))

    apply_preset(final, BY_SLUG["austria"], carries_from=stage)

    assert refreshed(final, "carried", "points") == [(1, "Alder", 2, 3), (2, "Birch", 2, 3)]


def test_the_regular_season_orders_level_belgian_teams(stage):
    """Birch takes 2 of 3 points along and Alder 2 of 4; Alder was ahead."""
    play(stage, ("Alder", "Cedar", 1, 0), ("Birch", "Cedar", 4, 0), ("Alder", "Dogwood", 0, 0))
    final = StageFactory(season=stage.season, name="Champions' play-offs", order=1)
    play(final, ("Birch", "Alder", 1, 1), ("Birch", "Alder", 2, 1), ("Alder", "Birch", 3, 0))

    apply_preset(final, BY_SLUG["belgium"], carries_from=stage)

    assert refreshed(final, "carried", "points", "played") == [(1, "Alder", 2, 6, 3), (2, "Birch", 2, 6, 3)]
