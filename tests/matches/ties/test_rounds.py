"""Names of rounds without legs, games and replays."""

import pytest

from matches.ties.rounds import is_last_round, names_leg, names_replay, round_key, round_without_leg


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Semi-final 1st leg", "Semi-final"),
        ("Semi-finals, 2nd Leg", "Semi-finals"),
        ("Quarter-finals (second leg)", "Quarter-finals"),
        ("1st leg: Final", "Final"),
        ("Halbfinale Hinspiel", "Halbfinale"),
        ("Halbfinale - Rückspiel", "Halbfinale"),
        ("Cuartos de final - Vuelta", "Cuartos de final"),
        ("Semifinali, ritorno", "Semifinali"),
        ("Play-off final leg 2", "Play-off final"),
        ("Round One - Game 3", "Round One"),
        ("3rd Round Replays", "3rd Round"),
        ("Third Round 2nd replay", "Third Round"),
        ("First leg", "First leg"),
        ("Match for third place", "Match for third place"),
        ("Round of 16", "Round of 16"),
    ],
)
def test_words_for_legs_games_and_replays_are_removed(label, expected):
    assert round_without_leg(label) == expected


def test_spellings_of_one_round_have_one_key():
    assert round_key("Semi-finals 2nd leg") == round_key("Semi Final")
    assert round_key("Semi-final") != round_key("Final")


def test_legs_and_replays_are_recognised():
    assert [names_leg(label) for label in ("Final 1st leg", "Final", "Final replay")] == [True, False, False]
    assert [names_replay(label) for label in ("Final 1st leg", "3rd Round Replays")] == [False, True]


@pytest.mark.parametrize("label", ["Final", "Finals", "Grand final", "Third place", "3rd Place Final"])
def test_no_team_goes_through_after_the_last_rounds(label):
    assert is_last_round(label)


@pytest.mark.parametrize(
    "label", ["Semi-finals", "Quarter Final", "1/8-finals", "Final round", "Round of 16"]
)
def test_teams_go_through_after_earlier_rounds(label):
    assert not is_last_round(label)
