"""Who goes through, and how: two legs, single matches, replays and series."""

from dataclasses import replace

import pytest

from matches.ties.grouping import tie_with, ties_of
from matches.ties.tie import DecidedBy, Format
from matches.ties.wording import in_words
from tests.matches.ties.games import game, tie

# --- Two legs ---------------------------------------------------------------------------------------------


def test_the_aggregate_of_two_legs_decides():
    legs = tie(game((1, 0)), game((3, 1), 7, back=True))

    assert (legs.format, legs.aggregate, legs.winner) == (Format.LEGS, (2, 3), "Barrow")
    assert in_words(legs) == "Barrow go through 3-2 on aggregate"


def test_a_shootout_decides_a_level_aggregate_and_adds_no_goals():
    legs = tie(game((1, 0)), game((2, 1), 7, pens=(4, 2), back=True), away_goals=True)

    assert (legs.aggregate, legs.winner, legs.decided_by) == ((2, 2), "Barrow", DecidedBy.SHOOTOUT)
    assert in_words(legs) == "Barrow go through 4-2 on penalties (2-2 on aggregate)"


@pytest.mark.parametrize(
    ("away_goals", "words"),
    [
        (True, "Ashford go through on away goals (2-2 on aggregate)"),
        (False, "Level at 2-2; not decided by the recorded results"),
    ],
)
def test_away_goals_decide_only_where_the_stage_has_the_rule(away_goals, words):
    assert in_words(tie(game((1, 0)), game((2, 1), 7, back=True), away_goals=away_goals)) == words


def test_away_goals_in_extra_time_count():
    legs = tie(game((1, 1)), game((1, 1), 7, aet=(2, 2), back=True), away_goals=True)

    assert (legs.goals_away, legs.winner) == ((2, 1), "Ashford")


def test_extra_time_counts_in_the_aggregate():
    legs = tie(game((1, 0)), game((1, 0), 7, aet=(2, 0), back=True))

    assert in_words(legs) == "Barrow go through 2-1 on aggregate after extra time"


def test_a_tie_after_its_first_leg_has_a_leader_and_no_winner():
    legs = tie(game((1, 0)), game(None, 7, back=True), away_goals=True)

    assert (legs.leader, legs.winner) == ("Ashford", None)
    assert in_words(legs) == "Ashford lead 1-0 after the first leg"


def test_a_level_first_leg_leaves_no_leader():
    assert in_words(tie(game((1, 1), leg=1), away_goals=True)) == "Level at 1-1 after the first leg"


def test_a_tie_before_its_first_leg_has_nothing_to_tell():
    assert in_words(tie(game(), game(None, 7, back=True))) == ""


def test_legs_in_the_names_of_rounds_belong_to_one_tie():
    legs = tie(
        game((1, 1), round_label="Semi-finals, 1st leg"),
        game((0, 0), 7, round_label="Semi-final (2nd Leg)", back=True),
    )

    assert (legs.round, legs.format) == ("Semi-finals", Format.LEGS)


def test_a_second_leg_without_its_first_leg_is_decided_by_its_shootout_only():
    second = {"leg": 2, "back": True}

    assert in_words(tie(game((0, 1), pens=(4, 1), **second))) == "Barrow go through 4-1 on penalties"
    assert "The first leg is not recorded" in in_words(tie(game((2, 0), **second)))


def test_an_awarded_leg_counts_with_its_score_or_three_goals():
    legs = tie(game((2, 0)), game(None, 7, status="awarded", award="home", back=True))

    assert in_words(legs) == "Barrow go through 3-2 on aggregate"


def test_a_leg_that_was_abandoned_and_replayed_counts_once():
    legs = tie(game((1, 0)), game((1, 0), 7, status="abandoned", back=True), game((0, 0), 9, back=True))

    assert in_words(legs) == "Ashford go through 1-0 on aggregate"


def test_a_cancelled_second_leg_leaves_the_tie_undecided():
    legs = tie(game((2, 0)), game(None, 7, status="cancelled", back=True))

    assert in_words(legs) == "Ashford lead 2-0; the last leg was cancelled"


def test_a_cancelled_first_leg_leaves_the_decision_to_the_second():
    legs = tie(game(status="cancelled", leg=1), game((1, 0), 7, back=True, leg=2))

    assert in_words(legs) == "Barrow go through 1-0 on aggregate"


def test_a_postponed_first_leg_keeps_the_tie_open():
    assert tie(game(status="postponed"), game((1, 0), 7, back=True)).winner is None


# --- Single matches and replays ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("played", "words"),
    [
        (game((2, 1)), "Ashford go through 2-1"),
        (game((1, 1), aet=(1, 2)), "Barrow go through 2-1 after extra time"),
        (game((0, 0), pens=(4, 5)), "Barrow go through 5-4 on penalties"),
        (game((3, 0), status="awarded"), "Ashford go through 3-0 by award"),
        (game(status="awarded", award="away"), "Barrow go through 3-0 by award"),
        (game(status="awarded", award="both"), "Level at 0-0; not decided by the recorded results"),
        (game((1, 1)), "Level at 1-1; not decided by the recorded results"),
        (game(status="cancelled"), ""),
        (game((2, 1), round_label="Final"), "Ashford win 2-1"),
        (game((2, 1), round_label="Match for third place"), "Ashford win 2-1"),
    ],
)
def test_a_single_match_decides_by_its_score(played, words):
    assert in_words(tie(played)) == words


def test_a_replay_decides_after_a_draw():
    replayed = tie(game((1, 1)), game((0, 2), 10, round_label="Semi-final replay"))

    assert (replayed.format, replayed.winner) == (Format.SINGLE, "Barrow")
    assert in_words(replayed) == "Barrow go through 2-0 in the replay"


def test_a_replay_at_the_same_ground_is_no_second_leg():
    assert tie(game((1, 1)), game((2, 0), 10)).format == Format.SINGLE


def test_a_second_replay_decides_after_two_draws():
    replayed = tie(game((1, 1)), game((0, 0), 10, back=True), game((2, 2), 14, pens=(2, 4)))

    assert in_words(replayed) == "Barrow go through 4-2 on penalties in the second replay"


def test_a_replay_to_come_keeps_the_tie_open():
    replayed = tie(game((1, 1)), game(None, 10))

    assert in_words(replayed) == "Level at 1-1, to be replayed"


def test_the_other_ties_of_the_round_show_whether_a_second_match_is_a_leg_or_a_replay():
    drawn = game((1, 1)), game((0, 2), 7, back=True)
    others = {"home_team": "Crewe", "away_team": "Dover"}
    single, leg = game((1, 0), **others), game((1, 0), 7, home_team="Dover", away_team="Crewe")

    assert ties_of(drawn, away_goals=False)[0].format == Format.LEGS
    assert ties_of([*drawn, single, leg], away_goals=False)[0].format == Format.LEGS
    assert ties_of([*drawn, single], away_goals=False)[0].format == Format.SINGLE


# --- Series -----------------------------------------------------------------------------------------------


def test_wins_decide_a_series_and_shootouts_decide_its_draws():
    series = tie(game((1, 0)), game((2, 0), 7, back=True), game((2, 2), 14, pens=(5, 4)))

    assert (series.format, series.wins, series.winner) == (Format.SERIES, (2, 1), "Ashford")
    assert in_words(series) == "Ashford go through 2-1 in the best of three"


@pytest.mark.parametrize("third", [{}, {"status": "cancelled"}])
def test_a_series_is_over_when_a_team_cannot_be_caught(third):
    series = tie(game((1, 0)), game((0, 1), 7, back=True), game(None, 14, **third))

    assert in_words(series) == "Ashford go through 2-0 in the best of three"


def test_a_series_of_five_goes_on_until_three_wins():
    games = [game((1, 0), day, back=bool(day % 2)) for day in range(4)]

    assert in_words(tie(*games, game(None, 4))) == "Level at 2-2 in the best of five"
    assert in_words(tie(*games, game((0, 1), 4))) == "Barrow go through 3-2 in the best of five"


def test_a_series_that_needed_no_third_game_is_known_by_the_others_of_its_round():
    others = {"home_team": "Crewe", "away_team": "Dover"}
    three = [game((1, 0), **others), game((0, 1), 7, **others), game((1, 0), 14, **others)]
    two = [game((1, 0)), game((0, 4), 7, back=True)]

    found = ties_of([*three, *two], away_goals=False)

    assert [each.wins for each in found] == [(2, 1), (2, 0)]
    assert found[1].decided_by == DecidedBy.WINS


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("Quarter-final - best of 3", "Level at 1-1 in the best of three"),
        ("Quarter-finals (Best-of-five)", "Level at 1-1 in the best of five"),
        ("Quarter-final Bo7", "Level at 1-1 in the best of seven"),
        ("Cuartos de final al mejor de tres", "Level at 1-1 in the best of three"),
        ("Quarter-final series", "Level at 1-1 in the best of three"),
        ("Quarter-final", "Ashford lead 4-1 on aggregate"),
        ("Finals series, quarter-final", "Ashford lead 4-1 on aggregate"),
    ],
)
def test_the_name_of_the_round_shows_a_series(label, words):
    two = tie(game((4, 0), round_label=label), game((1, 0), 3, round_label=label, back=True))

    assert in_words(two).replace("go through", "lead") == words


def test_numbered_games_are_a_series_from_the_first_on():
    one = game((5, 0), round_label="Semi-final - Game 1")
    two = game((3, 2), 3, round_label="Semi-final - Game 2", back=True)
    three = game(None, 5, round_label="Semi-final - Game 3")

    assert in_words(tie(one)) == "Ashford lead 1-0 in the best of three"
    assert in_words(tie(one, two)) == "Level at 1-1 in the best of three"
    assert in_words(tie(one, two, replace(three, status="finished", home_score=0, away_score=1))) == (
        "Barrow go through 2-1 in the best of three"
    )


def test_a_won_series_shows_wins_and_no_aggregate():
    label = "Final - best of three"
    series = tie(game((2, 0), round_label=label), game((0, 1), 3, round_label=label, back=True))

    assert in_words(series) == "Ashford win 2-0 in the best of three"


def test_games_that_only_have_the_number_as_their_name_are_one_series():
    one, two = game((1, 0), round_label="Game 1"), game((2, 0), 3, round_label="Game 2", back=True)

    assert (tie(one, two).round, tie(one, two).winner) == ("Series", None)


def test_a_missing_game_shows_a_series_by_the_number_of_the_next():
    assert in_words(tie(game((1, 0)), game((0, 2), 9, back=True, game=3))) == (
        "Ashford go through 2-0 in the best of three"
    )


def test_matches_numbered_within_their_round_are_no_series():
    others = {"home_team": "Crewe", "away_team": "Dover"}
    round_of_two = [
        game((2, 0), round_label="Quarter-final - Match 1"),
        game((0, 1), 1, round_label="Quarter-final - Match 2", **others),
    ]

    assert [each.winner for each in ties_of(round_of_two, away_goals=False)] == ["Ashford", "Dover"]


def test_two_numbered_legs_stay_legs():
    label = "Final - Match {}"
    legs = tie(
        game((3, 0), round_label=label.format(1), leg=1),
        game((1, 0), 7, round_label=label.format(2), leg=2, back=True),
    )

    assert in_words(legs) == "Ashford win 3-1 on aggregate"


def test_a_drawn_game_of_a_series_may_be_followed_by_one_more_than_planned():
    label = "Final (best of 3)"
    played = [
        game((1, 0), round_label=label),
        game((1, 1), 3, round_label=label, back=True),
        game(None, 6, round_label=label),
    ]
    drawn = [*played[:2], game((2, 2), 6, round_label=label)]

    assert tie(*played).winner is None
    assert tie(*drawn, game(None, 9, round_label=label)).winner is None
    assert tie(*drawn).winner == "Ashford"


# --- Stages -----------------------------------------------------------------------------------------------


def test_a_pair_has_a_tie_for_each_round():
    rounds = [game((1, 0), round_label="Upper semi-final"), game((0, 1), 7, round_label="Final")]

    assert [each.winner for each in ties_of(rounds, away_goals=False)] == ["Ashford", "Barrow"]


def test_a_label_that_covers_several_rounds_tells_nothing_about_a_single_match():
    semi_finals = [
        *[game((1, 0), round_label="Play-offs"), game((1, 0), 7, back=True, round_label="Play-offs")],
        *[game((3, 0), 20, away_team="Crewe", round_label="Play-offs")],
    ]

    assert ties_of(semi_finals, away_goals=False)[1].winner == "Ashford"


def test_in_a_stage_of_unknown_kind_only_repeated_meetings_are_ties():
    crewe = {"home_team": "Crewe", "away_team": "Dover"}
    series = [game((1, 0)), game((2, 0), 7, back=True), game((1, 0), 14)]
    league = [*series, game((1, 0), **{**crewe, "away_team": "Ashford"})]

    assert len(ties_of([*series, game((1, 0), **crewe)], away_goals=False, is_knockout=False)) == 2
    assert ties_of(league, away_goals=False, is_knockout=False) == []
    assert ties_of(series[:1], away_goals=False, is_knockout=False) == []


def test_the_tie_of_one_match_is_the_same_as_among_all():
    played = [
        game((1, 0), 1),
        game((2, 1), 8, back=True),
        game((0, 0), 2, home_team="Corley", away_team="Denby"),
        game((3, 0), 20, round_label="Final", away_team="Corley"),
    ]
    for match in played:
        found = tie_with(match.pk, played, away_goals=False, is_knockout=True)
        assert found in ties_of(played, away_goals=False)
        assert match in found.matches
    assert tie_with(0, played, away_goals=False, is_knockout=True) is None
