"""Rules of tables in words."""

import pytest

from matches.models import Stage
from matches.tables.rules import TableRules, TieBreaker
from matches.tables.wording import group_label, order_in_words, points_in_words, rules_in_words


@pytest.mark.parametrize(
    ("group", "label"),
    [("A", "Group A"), ("12", "Group 12"), ("Relegation round", "Relegation round"), ("", "")],
)
def test_a_short_group_name_gets_the_word_group(group, label):
    assert group_label(group) == label


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (TableRules(), "3 points for a win, 1 for a draw, 0 for a loss."),
        (TableRules(win=1, draw=0), "1 point for a win, 0 for a draw, 0 for a loss."),
        (
            TableRules(shootout_win=2, shootout_loss=1),
            "3 points for a win, 2 for a draw won on penalties, 1 for a draw lost on penalties,"
            " 1 for another draw, 0 for a loss.",
        ),
    ],
)
def test_points_for_a_match(rules, words):
    assert points_in_words(rules) == words


@pytest.mark.parametrize(
    ("tie_breakers", "words"),
    [
        ([], "Ranked by points. Teams with equal points share a position."),
        (
            [TieBreaker.GOAL_DIFFERENCE, TieBreaker.GOALS],
            "Ranked by points, then goal difference, then goals scored."
            " Teams equal in all three share a position.",
        ),
        (
            [
                *[TieBreaker.HEAD_TO_HEAD_POINTS, TieBreaker.HEAD_TO_HEAD_GOAL_DIFFERENCE],
                *[TieBreaker.HEAD_TO_HEAD_GOALS, TieBreaker.WINS],
            ],
            "Ranked by points, then points, goal difference and goals scored in the matches between the level"
            " teams, then matches won. Teams equal in all of these share a position.",
        ),
    ],
)
def test_the_order_of_teams_with_equal_points(tie_breakers, words):
    assert order_in_words(TableRules(tie_breakers=tuple(tie_breakers))) == words


def test_head_to_head_matches_may_have_to_wait():
    rules = TableRules(tie_breakers=(TieBreaker.HEAD_TO_HEAD_POINTS,), head_to_head_when_complete=True)

    assert order_in_words(rules).endswith("count only when all of them have been played.")


@pytest.mark.parametrize(
    ("carries", "with_record", "words"),
    [
        ("full", False, "Teams take along all points from Regular season."),
        ("full", True, "Teams take along all points and their matches and goals from Regular season."),
        (
            "half_down",
            False,
            "Teams take along half of their points (rounded down) from Regular season.",
        ),
        ("nothing", True, "Teams take along their matches and goals from Regular season."),
    ],
)
def test_what_teams_take_along(carries, with_record, words):
    first = Stage(name="Regular season", kind="league")
    stage = Stage(name="Final round", kind="league", carries_from=first, carries=carries)
    stage.carries_record = with_record

    assert words in rules_in_words(stage)


def test_the_usual_points_can_be_left_out():
    assert len(rules_in_words(Stage(kind="league"))) == 2
    assert len(rules_in_words(Stage(kind="league"), with_usual_points=False)) == 1
    assert len(rules_in_words(Stage(kind="league", points_win=2), with_usual_points=False)) == 2


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ({"kind": "league", "relegation_places": 3}, "The last 3 teams are relegated."),
        ({"kind": "groups", "through_places": 2}, "The first 2 teams of each group go through."),
        ({"kind": "league", "through_places": 1}, "The first team goes through."),
        (
            {"kind": "groups", "relegation_places": 1, "ranked_groups": ["Top", "Bottom"]},
            "The last team of the last group is relegated.",
        ),
    ],
)
def test_who_goes_through_and_who_is_relegated(places, words):
    assert rules_in_words(Stage(name="Regular season", **places))[-1] == words
