"""League tables after a real refresh: who has a row, what counts, and the order by the rules of the stage."""

from functools import partial

import pytest
from django.utils import timezone

from matches.models import Stage
from matches.services.lots import enter_lots
from matches.services.stages import apply_preset, apply_rules, decide_kind, move_matches
from matches.tables.presets import BY_SLUG
from stats.refresh import matviews, versioned_reads
from stats.standings import ComparedRow, season_tables
from tests.factories import KICKOFF, StageFactory, TeamFactory, record
from tests.pipeline_helpers import run_waiting
from tests.stats.refresh.leagues import HEAD_TO_HEAD, OVERALL, award, deduct, play, refreshed

pytestmark = pytest.mark.django_db


def compared(stage: Stage) -> list[ComparedRow]:
    read = partial(season_tables, stage.season_id)
    return versioned_reads.read(matviews.STANDINGS, read).compared(stage)


# --- Rows ---------------------------------------------------------------------------------------------------


def test_every_team_has_a_row_from_its_first_fixture_on(stage):
    play(stage, ("Alder", "Birch", 1, 1), ("Cedar", "Dogwood"))

    found = refreshed(stage, "played", "points")

    assert found == [(1, "Alder", 1, 1), (1, "Birch", 1, 1), (3, "Cedar", 0, 0), (3, "Dogwood", 0, 0)]


def test_a_deduction_counts_before_the_first_match(stage):
    play(stage, ("Alder", "Birch", 1, 1), ("Cedar", "Dogwood"))

    deduct(stage, "Cedar", -6)

    found = refreshed(stage, "played", "points", "adjustment")
    assert len(found) == 4
    assert found[-1] == (4, "Cedar", 0, -6, -6)


def test_the_order_of_a_group_is_not_that_of_another(season):
    groups = StageFactory(season=season, name="Group stage", kind=Stage.Kind.GROUPS)
    play(groups, ("Alder", "Birch", 0, 1), group="A")
    play(groups, ("Cedar", "Dogwood", 2, 0), group="B")

    assert refreshed(groups, "points", group="A") == [(1, "Birch", 3), (2, "Alder", 0)]
    assert refreshed(groups, "points", group="B") == [(1, "Cedar", 3), (2, "Dogwood", 0)]


def test_a_stage_of_an_unknown_kind_gets_its_table_once_it_is_decided(season):
    stage = StageFactory(season=season, name="Championship Round", kind=Stage.Kind.UNKNOWN)
    play(stage, ("Alder", "Birch", 1, 0))
    assert refreshed(stage) == []

    decide_kind(stage, "league")

    assert refreshed(stage) == [(1, "Alder"), (2, "Birch")]


def test_a_stage_that_becomes_a_knockout_loses_its_table(stage):
    play(stage, ("Alder", "Birch", 1, 0))
    assert refreshed(stage)

    decide_kind(stage, "knockout")

    assert refreshed(stage) == []


# --- Points -------------------------------------------------------------------------------------------------

HALF_A_SEASON = [
    *[("Moss", "Oat", 2, 0), ("Moss", "Pea", 2, 0), ("Oat", "Moss", 1, 0), ("Pea", "Moss", 1, 0)],
    *[("Nettle", "Oat", 1, 0), ("Nettle", "Pea", 0, 0), ("Oat", "Nettle", 0, 0), ("Pea", "Nettle", 2, 2)],
]


def test_a_changed_rule_changes_the_table(stage):
    play(stage, *HALF_A_SEASON)
    assert refreshed(stage, "points")[:2] == [(1, "Moss", 6), (2, "Nettle", 6)]

    apply_rules(stage, points_win=2)

    assert refreshed(stage, "points")[:2] == [(1, "Nettle", 5), (2, "Moss", 4)]


def test_a_draw_with_a_shootout_can_count_two_points_and_one(stage):
    apply_rules(stage, points_shootout_win=2, points_shootout_loss=1)
    play(stage, ("Alder", "Birch", 1, 1), home_penalties=3, away_penalties=5)
    play(stage, ("Cedar", "Alder", 2, 0), ("Cedar", "Birch", 0, 1))

    found = refreshed(stage, "points", "drawn", "shootouts_won", "shootouts_lost")

    assert found == [(1, "Birch", 5, 1, 1, 0), (2, "Cedar", 3, 0, 0, 0), (3, "Alder", 1, 1, 0, 1)]


def test_a_match_lost_by_both_is_a_defeat_for_both(stage):
    award(stage, "Alder", "Birch", 0, 3, to="away")
    award(stage, "Alder", "Birch", to="both")

    found = refreshed(stage, "played", "won", "lost", "goals_for", "goals_against")

    assert found == [(1, "Birch", 2, 1, 1, 3, 3), (2, "Alder", 2, 0, 2, 0, 6)]


def test_an_award_without_a_score_counts_three_to_nil(stage):
    award(stage, "Alder", "Birch", to="home")

    assert refreshed(stage, "points", "goals_for", "goals_against") == [
        *[(1, "Alder", 3, 3, 0), (2, "Birch", 0, 0, 3)]
    ]


# --- Order --------------------------------------------------------------------------------------------------

# Alder and Birch have four points each. Birch has the better goal difference; Alder won one direct match.
DIRECT = [
    *[("Alder", "Birch", 2, 1), ("Birch", "Alder", 1, 1), ("Alder", "Cedar", 0, 2)],
    *[("Cedar", "Alder", 3, 0), ("Birch", "Cedar", 4, 0), ("Cedar", "Birch", 1, 0)],
]


def test_head_to_head_orders_the_stored_table(stage):
    play(stage, *DIRECT)
    assert [name for _, name in refreshed(stage)] == ["Cedar", "Birch", "Alder"]

    apply_rules(stage, tie_breakers=[*HEAD_TO_HEAD, *OVERALL])

    assert [name for _, name in refreshed(stage)] == ["Cedar", "Alder", "Birch"]


def test_head_to_head_waits_for_the_second_direct_match(stage):
    apply_preset(stage, BY_SLUG["la-liga"])
    play(stage, ("Alder", "Birch", 1, 0), ("Birch", "Cedar", 4, 0), ("Cedar", "Dogwood", 0, 0))
    play(stage, ("Birch", "Alder"))
    assert [name for _, name in refreshed(stage)][:2] == ["Birch", "Alder"]

    match = stage.matches.get(status="scheduled")
    match.kickoff_at = match.lock_at = KICKOFF
    match.save()
    record(match, status="cancelled")

    assert [name for _, name in refreshed(stage)][:2] == ["Alder", "Birch"]


def test_matches_in_other_groups_do_not_count_head_to_head(season):
    groups = StageFactory(season=season, name="Group stage", kind=Stage.Kind.GROUPS)
    apply_rules(groups, tie_breakers=HEAD_TO_HEAD)
    play(groups, ("Alder", "Cedar", 1, 0), ("Birch", "Cedar", 1, 0), group="A")
    play(groups, ("Birch", "Alder", 5, 0), group="B")

    assert refreshed(groups, group="A") == [(1, "Alder"), (1, "Birch"), (3, "Cedar")]


def test_lots_order_level_teams_and_can_be_replaced(stage):
    play(stage, ("Alder", "Birch", 1, 1))
    assert refreshed(stage) == [(1, "Alder"), (1, "Birch")]
    alder, birch = TeamFactory(name="Alder"), TeamFactory(name="Birch")

    for first, second in ((birch, alder), (alder, birch)):
        enter_lots(stage, [first, second], source="The draw", recorded_at=timezone.now())

        assert refreshed(stage) == [(1, first.name), (2, second.name)]


def test_third_placed_teams_are_compared_across_groups(season):
    groups = StageFactory(season=season, name="Group stage", kind=Stage.Kind.GROUPS)
    apply_preset(groups, BY_SLUG["fifa-2026"])
    groups = apply_rules(groups, compared_through=1)
    for group, goals in (("A", 1), ("B", 2)):
        first, second, third = (f"{group} {name}" for name in ("one", "two", "three"))
        play(groups, (first, second, 1, 0), (second, third, 3, goals), (first, third, 2, 0), group=group)
    run_waiting("score_match", "refresh_views")

    assert [(each.position, each.row.team.name, each.goes_through) for each in compared(groups)] == [
        *[(1, "B three", True), (2, "A three", False)]
    ]


def test_a_stage_that_compares_no_place_has_no_comparison(stage):
    play(stage, ("Alder", "Birch", 1, 0))
    run_waiting("score_match", "refresh_views")

    assert compared(stage) == []


def test_matches_that_are_moved_change_both_tables(stage):
    play(stage, ("Alder", "Birch", 1, 0), ("Cedar", "Dogwood", 0, 1))
    other = StageFactory(season=stage.season, name="Final round", kind=Stage.Kind.GROUPS, order=1)
    assert len(refreshed(stage)) == 4
    label = stage.matches.get(home_team__name="Cedar").round_label

    move_matches(stage, to=other, group="Relegation", rounds=[label])

    assert refreshed(stage) == [(1, "Alder"), (2, "Birch")]
    assert refreshed(other, group="Relegation") == [(1, "Dogwood"), (2, "Cedar")]
