"""Decisions of an operator about stages: kind, rules, and which matches belong to them."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from core.pipeline.models import JobRun
from matches.models import Match, Season, Stage
from matches.services.seasons import NewMatch, add_matches, adjust_points
from matches.services.stages import (
    InvalidStage,
    apply_preset,
    apply_rules,
    decide_kind,
    move_matches,
    undecided,
)
from matches.signals import fixtures_changed
from matches.stage_hints import StageHint
from matches.tables.presets import BY_SLUG
from stats.models import PastChange
from tests.factories import KICKOFF, MatchFactory, SeasonFactory, StageFactory, TeamFactory, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced():
    """The seasons whose change was announced."""
    seasons: list[Season] = []

    def remember(season: Season, **_: object) -> None:
        seasons.append(season)

    fixtures_changed.connect(remember)
    yield seasons
    fixtures_changed.disconnect(remember)


@pytest.fixture
def season() -> Season:
    return SeasonFactory()


@pytest.fixture
def regular(season) -> Stage:
    return StageFactory(season=season)


@pytest.fixture
def second_phase(season, regular) -> Stage:
    return StageFactory(season=season, name="Championship Round", kind=Stage.Kind.UNKNOWN, order=1)


def play(stage: Stage, home: str = "Ashford", away: str = "Barrow", **more: object) -> Match:
    teams = {"home_team": TeamFactory(name=home), "away_team": TeamFactory(name=away)}
    return MatchFactory(season=stage.season, stage=stage, **{**teams, **more})


# --- The kind -----------------------------------------------------------------------------------------------


def test_a_stage_with_matches_and_without_a_kind_waits_for_a_decision(second_phase):
    assert list(undecided()) == []

    play(second_phase)

    assert list(undecided()) == [second_phase]


def test_a_decided_stage_is_announced_and_no_longer_waits(second_phase, announced):
    play(second_phase)

    decide_kind(second_phase, "league")

    second_phase.refresh_from_db()
    assert second_phase.has_table
    assert list(undecided()) == []
    assert announced == [second_phase.season]
    assert JobRun.objects.filter(kind="refresh_views", state="queued").exists()


def test_a_decision_can_be_changed(second_phase):
    play(second_phase)
    decide_kind(second_phase, "league")

    decide_kind(second_phase, "knockout")

    second_phase.refresh_from_db()
    assert second_phase.kind == "knockout"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("cup", "'cup' is not a kind of stage; choose one of league, groups, knockout, friendly."),
        ("unknown", "'unknown' is not a kind of stage"),
        ("groups", "1 of the matches of Premier League 2025/26, Championship Round have no group"),
    ],
)
def test_an_impossible_kind_is_refused(second_phase, announced, kind, said):
    play(second_phase, round_label="Final day")

    with pytest.raises(InvalidStage, match=said):
        decide_kind(second_phase, kind)

    assert announced == []


def test_the_kind_that_a_stage_has_already_is_refused(regular):
    with pytest.raises(InvalidStage, match="is of this kind already"):
        decide_kind(regular, "league")


def test_a_stage_whose_points_are_taken_along_keeps_its_table(regular, second_phase):
    apply_rules(second_phase, carries_from=regular, carries="full")

    with pytest.raises(InvalidStage, match="Championship Round takes its points from Regular season"):
        decide_kind(regular, "knockout")


# --- The rules ----------------------------------------------------------------------------------------------


def test_a_preset_sets_all_rules_of_the_table(regular, announced):
    groups = StageFactory(season=regular.season, name="Group stage", kind=Stage.Kind.GROUPS)
    apply_preset(groups, BY_SLUG["uefa-euro"])

    groups.refresh_from_db()
    assert groups.rules == BY_SLUG["uefa-euro"].rules
    assert (groups.compared_place, groups.compared_through) == (3, 4)
    assert announced == [regular.season]


def test_teams_are_compared_across_groups_only_if_some_do_not_go_through(regular):
    groups = StageFactory(season=regular.season, name="Group stage", kind=Stage.Kind.GROUPS)
    for number, group in enumerate("ABCD"):
        teams = {side: TeamFactory(name=f"{side} {group}") for side in ("home_team", "away_team")}
        MatchFactory(stage=groups, season=regular.season, group=group, round_label=f"R{number}", **teams)

    with pytest.raises(InvalidStage, match="best 8 teams in place 3 go through, but Group stage has only 4"):
        apply_preset(groups, BY_SLUG["fifa-2026"])

    assert apply_rules(groups, compared_place=3, compared_through=2).compared_through == 2


def test_a_league_compares_no_places_across_groups(regular):
    apply_preset(regular, BY_SLUG["uefa-euro"])
    regular.refresh_from_db()
    assert regular.compared_place is None

    groups = StageFactory(season=regular.season, name="Group stage", kind=Stage.Kind.GROUPS)
    groups = apply_rules(groups, compared_place=3, compared_through=2)
    groups = decide_kind(groups, "league")
    assert (groups.compared_place, groups.compared_through) == (None, None)


def test_a_split_needs_the_stage_that_its_points_come_from(regular):
    play(regular)
    final = StageFactory(
        season=regular.season, name="Final round", kind="groups", ranked_groups=["Top", "Bottom"]
    )
    assert not final.is_decided

    with pytest.raises(InvalidStage, match="In Scottish Premiership the teams of Final round take points"):
        apply_preset(final, BY_SLUG["scotland"])

    assert apply_preset(final, BY_SLUG["scotland"], carries_from=regular).is_decided


def test_a_preset_replaces_the_rules_of_another(regular):
    apply_preset(regular, BY_SLUG["fifa-2026"])

    apply_preset(regular, BY_SLUG["premier-league"])

    regular.refresh_from_db()
    assert (regular.compared_place, regular.carries_from) == (None, None)
    assert regular.tie_breakers[0] == "goal_difference"


def test_a_split_takes_points_along_from_the_named_stage(regular, second_phase):
    apply_preset(second_phase, BY_SLUG["austria"], carries_from=regular)

    second_phase.refresh_from_db()
    assert second_phase.carries_from == regular
    assert (second_phase.carries, second_phase.carries_record) == ("half_down", True)


def test_the_first_stage_of_a_split_takes_nothing_along(regular):
    apply_preset(regular, BY_SLUG["austria"])

    regular.refresh_from_db()
    assert (regular.carries, regular.carries_record, regular.carries_from) == ("nothing", False, None)


@pytest.mark.parametrize(
    ("rules", "field", "said"),
    [
        ({"points_win": 11}, "__all__", "Points for one match are 0 to 10"),
        ({"points_shootout_win": 2}, "__all__", "Enter the points of both sides of a shootout"),
        ({"tie_breakers": ["corners"]}, "tie_breakers", "corners"),
        ({"tie_breakers": ["goals", "goals"]}, "tie_breakers", "Name each rule once"),
        ({"carries": "full"}, "__all__", "Choose the stage that the points come from"),
        ({"compared_place": 3}, "__all__", "how many of its teams go through"),
    ],
)
def test_impossible_rules_are_refused(regular, announced, rules, field, said):
    with pytest.raises(InvalidStage, match=said) as refused:
        apply_rules(regular, **rules)

    assert refused.value.field == field
    assert announced == []


def test_points_come_only_from_a_stage_of_the_same_season_with_a_table(regular, second_phase):
    cup = StageFactory(season=regular.season, name="Cup", kind=Stage.Kind.KNOCKOUT)
    other = StageFactory(season=SeasonFactory(label="2024/25"))
    for source, said in ((cup, "Cup has no table"), (other, "Choose a stage of the same season")):
        with pytest.raises(InvalidStage, match=said):
            apply_preset(second_phase, BY_SLUG["denmark"], carries_from=source)


def test_points_are_not_carried_in_a_circle(regular, second_phase):
    second_phase = decide_kind(second_phase, "league")
    second_phase = apply_rules(second_phase, carries_from=regular, carries="full")

    with pytest.raises(InvalidStage, match="That stage takes points along from this one"):
        apply_rules(regular, carries_from=second_phase, carries="full")


def test_a_preset_that_carries_nothing_refuses_a_stage_to_carry_from(regular, second_phase):
    with pytest.raises(InvalidStage, match="In La Liga no points are taken along"):
        apply_preset(second_phase, BY_SLUG["la-liga"], carries_from=regular)


def test_articles_about_the_stage_are_rewritten(regular):
    record(play(regular), 1, 0)
    run_waiting()

    apply_preset(regular, BY_SLUG["la-liga"])

    change = PastChange.objects.get()
    assert change.description == "the kind or rules of the stage Regular season changed"
    assert change.since == KICKOFF


def test_a_stage_without_a_result_changes_no_article(regular):
    play(regular)

    apply_preset(regular, BY_SLUG["la-liga"])

    assert not PastChange.objects.exists()


# --- Moving matches -----------------------------------------------------------------------------------------


@pytest.fixture
def final_round(season) -> Stage:
    return StageFactory(season=season, name="Final round", kind=Stage.Kind.GROUPS, order=2)


def test_group_matches_become_a_knockout_round_with_a_name_of_its_own(second_phase):
    match = play(second_phase, round_label="Group D - 1", group="D")
    cup = StageFactory(season=second_phase.season, name="Knockout stage", kind=Stage.Kind.KNOCKOUT, order=3)

    with pytest.raises(InvalidStage, match="no groups, but the name of the round is 'Group D - 1'"):
        move_matches(second_phase, to=cup)
    move_matches(second_phase, to=cup, new_round="Quarter-finals")

    match.refresh_from_db()
    assert (match.stage, match.group, match.round_label) == (cup, "", "Quarter-finals")


def test_all_matches_of_a_stage_move_to_a_group_of_another(second_phase, final_round, announced):
    match = play(second_phase)

    moved = move_matches(second_phase, to=final_round, group="Championship Round")

    match.refresh_from_db()
    assert list(moved) == [match]
    assert (match.stage, match.group) == (final_round, "Championship Round")
    assert announced == [final_round.season]
    assert not undecided().exists()


def test_later_fixtures_follow_the_matches_that_were_moved(second_phase, final_round):
    play(second_phase)
    move_matches(second_phase, to=final_round, group="Championship Round")

    (late,) = add_matches(
        second_phase.season,
        [
            NewMatch(
                kickoff_at=KICKOFF + timedelta(days=7),
                home_team=TeamFactory(name="Barrow"),
                away_team=TeamFactory(name="Ashford"),
                round_label="Championship Round - 2",
                stage=StageHint("Championship Round"),
            )
        ],
    )

    assert (late.stage, late.group) == (final_round, "Championship Round")


def test_matches_that_are_moved_back_stay_there(second_phase, final_round):
    play(second_phase)
    move_matches(second_phase, to=final_round, group="A")

    move_matches(final_round, to=second_phase)

    for stage in (second_phase, final_round):
        stage.refresh_from_db()
    assert (second_phase.moved_to, final_round.moved_to) == (None, second_phase)


def test_only_the_matches_of_the_named_rounds_move(second_phase, final_round):
    first, second = play(second_phase, round_label="1"), play(second_phase, round_label="2")

    move_matches(second_phase, to=final_round, group="A", rounds=["2"])

    assert [Match.objects.get(pk=match.pk).stage for match in (first, second)] == [second_phase, final_round]
    second_phase.refresh_from_db()
    assert second_phase.moved_to is None


def test_matches_of_a_stage_get_their_group(second_phase):
    match = play(second_phase, round_label="North 1")

    move_matches(second_phase, to=second_phase, group="North", rounds=["North 1"])
    decide_kind(second_phase, "groups")

    match.refresh_from_db()
    assert (match.stage, match.group) == (second_phase, "North")


@pytest.mark.parametrize(
    ("move", "field", "said"),
    [
        ({"group": ""}, "group", "has a table per group. Enter the group"),
        ({"group": "A", "rounds": ["9"]}, "rounds", "has no round '9'. Its rounds are: 1, 2."),
    ],
)
def test_an_impossible_move_is_refused(second_phase, final_round, announced, move, field, said):
    play(second_phase, round_label="1")
    play(second_phase, round_label="2")

    with pytest.raises(InvalidStage, match=said) as refused:
        move_matches(second_phase, to=final_round, **move)

    assert refused.value.field == field
    assert announced == []


def test_a_league_takes_no_group(second_phase, regular):
    play(second_phase)

    with pytest.raises(InvalidStage, match="Regular season has no groups"):
        move_matches(second_phase, to=regular, group="A")


def test_a_stage_of_another_season_is_refused(second_phase):
    play(second_phase)

    with pytest.raises(InvalidStage, match="is a stage of another season"):
        move_matches(second_phase, to=StageFactory(season=SeasonFactory(label="2024/25")))


def test_an_empty_stage_has_nothing_to_move(second_phase, final_round):
    with pytest.raises(InvalidStage, match="has no matches that could be moved"):
        move_matches(second_phase, to=final_round, group="A")


def test_a_second_match_of_the_same_round_and_teams_is_refused(second_phase, regular):
    for stage in (second_phase, regular):
        play(stage, round_label="1")

    with pytest.raises(InvalidStage, match="has a match of the same round and teams already"):
        move_matches(second_phase, to=regular)

    assert Match.objects.filter(stage=second_phase).count() == 1


def test_a_team_with_a_deduction_keeps_a_match_in_the_stage(regular, final_round):
    match = play(regular)
    adjust_points(
        stage=regular,
        team=match.home_team,
        points=-3,
        decided_on=date(2025, 10, 1),
        reason="Late accounts",
        source="The league",
        recorded_at=timezone.now(),
    )

    with pytest.raises(InvalidStage, match="has points adjustments of Ashford"):
        move_matches(regular, to=final_round, group="A")

    match.refresh_from_db()
    assert match.stage == regular


def test_teams_are_not_compared_in_a_place_that_goes_through_anyway(regular):
    groups = StageFactory(season=regular.season, name="Group stage", kind=Stage.Kind.GROUPS)

    with pytest.raises(InvalidStage, match="enter at most 2"):
        apply_rules(groups, compared_place=3, compared_through=8, through_places=3)
