"""Format of the prompt context."""

from datetime import UTC, datetime

import pytest

from matches.forecasters.context import TABLE_COLUMNS, build_context, one_line, table_row
from matches.tables.order import TeamRecord

NOW = datetime(2026, 8, 15, 13, 30, tzinfo=UTC)


def row(on: str, home: str, away: str, score: tuple[int, int], **more) -> dict:
    return {
        "kickoff_at": f"{on}T14:00:00+00:00",
        "kickoff_time_known": True,
        "competition": "Premier League",
        "home": home,
        "away": away,
        "home_score": score[0],
        "away_score": score[1],
        **dict.fromkeys(["home_score_aet", "away_score_aet", "home_penalties", "away_penalties"]),
        "neutral": False,
        **more,
    }


@pytest.fixture
def known() -> dict:
    """Row as returned by match_context.sql."""
    return {
        "match": {
            "competition": "Premier League",
            "country": "England",
            "season": "2026/27",
            "round": "Matchday 3",
            "matchday": 3,
            "kickoff_at": "2026-08-15T14:00:00+00:00",
            "kickoff_time_known": True,
            "neutral": False,
            "stage": "Regular season",
            "stage_kind": "league",
            "group": "",
            "leg": None,
            "away_goals": False,
            "basis": "full_time",
            "home": "Ashford",
            "away": "Barrow",
        },
        "table": [table_row(TeamRecord(team=1, played=2, won=1, lost=1, points=3), place=1, team="Ashford")],
        "form": [
            row("2026-08-08", "Corley", "Ashford", (0, 1), team="home", at_home=False),
            row("2026-08-01", "Ashford", "Denby", (1, 1), team="home", at_home=True),
            row("2026-08-11", "Barrow", "Denby", (0, 2), team="away", at_home=True),
        ],
        "meetings": [row("2026-03-01", "Barrow", "Ashford", (2, 2))],
        "earlier_legs": None,
    }


def test_form_is_shown_from_the_perspective_of_each_side(known):
    form = build_context(known, now=NOW)["form"]

    assert [(each["opponent"], each["venue"], each["score"], each["result"]) for each in form["home"]] == [
        ("Corley", "away", "1-0", "win"),
        ("Denby", "home", "1-1", "draw"),
    ]
    assert form["away"][0]["result"] == "loss"


def test_form_and_meetings_show_neutral_grounds_extra_time_and_shootouts(known):
    cup = row("2026-08-04", "Barrow", "Ashford", (0, 0), neutral=True, at_home=False, team="home")
    cup |= {"home_score_aet": 1, "away_score_aet": 1, "home_penalties": 2, "away_penalties": 4}

    context = build_context({**known, "form": [cup, *known["form"]], "meetings": [cup]}, now=NOW)

    seen = context["form"]["home"][0]
    assert (seen["venue"], seen["score"], seen["result"]) == ("neutral", "0-0", "draw")
    assert seen["ending"] == "1-1 after extra time, 4-2 on penalties"
    assert context["meetings"][0]["ending"] == "1-1 after extra time, 2-4 on penalties"
    assert "ending" not in context["form"]["home"][1]


def test_rest_is_counted_from_kickoff_to_kickoff(known):
    assert build_context(known, now=NOW)["rest_days"] == {"home": 7.0, "away": 4.0}


def test_a_side_without_matches_has_no_form_and_no_rest(known):
    context = build_context({**known, "form": None, "meetings": None}, now=NOW)

    assert context["form"] == {"home": [], "away": []}
    assert context["rest_days"] == {"home": None, "away": None}
    assert context["meetings"] == []


def test_a_match_without_a_table_has_no_member_for_it(known):
    assert [row["team"] for row in build_context(known, now=NOW)["table"]] == ["Ashford"]
    assert "table" not in build_context({**known, "table": None}, now=NOW)


def test_a_row_of_the_table_mentions_points_from_elsewhere_only_if_there_are_any():
    plain, other = TeamRecord(team=1, points=3), TeamRecord(team=1, points=18, carried=21, adjustment=-6)

    assert table_row(plain, place=1, team="Ashford").keys() == {"place", "team", *TABLE_COLUMNS}
    row = table_row(other, place=1, team="Ash\nford")
    assert (row["team"], row["carried"], row["adjustment"], row["points"]) == ("Ash ford", 21, -6, 18)


def test_the_stage_is_named_and_an_undecided_kind_is_not_guessed(known):
    match = {**known["match"], "stage": "Second phase", "stage_kind": "unknown", "group": "A"}

    told = build_context({**known, "match": match}, now=NOW)["match"]

    assert (told["stage"], told["stage_kind"], told["group"]) == ("Second phase", None, "A")


def test_a_second_leg_comes_with_the_first_one_and_the_aggregate(known):
    match = {**known["match"], "leg": 2, "away_goals": True}
    first = {"leg": 1, "kickoff_at": "2026-08-08T14:00:00+00:00", "kickoff_time_known": True}
    lost_away = {**first, "at_home": False, "goals_for": 0, "goals_against": 2}

    context = build_context({**known, "match": match, "earlier_legs": [lost_away]}, now=NOW)

    assert context["match"]["leg"] == 2
    assert context["tie"] == {
        "earlier_legs": [
            {"leg": 1, "on": "2026-08-08", "home": "Barrow", "away": "Ashford", "score": "2-0"},
        ],
        "aggregate": "0-2",
        "away_goals_rule": True,
    }


def test_a_second_leg_without_a_known_first_one_has_no_aggregate(known):
    match = {**known["match"], "leg": 2}

    tie = build_context({**known, "match": match}, now=NOW)["tie"]

    assert (tie["earlier_legs"], tie["aggregate"]) == ([], None)


def test_a_match_that_is_no_later_leg_has_no_tie(known):
    assert "tie" not in build_context(known, now=NOW)


def test_meetings_name_both_sides_as_they_were(known):
    assert build_context(known, now=NOW)["meetings"] == [
        {
            "on": "2026-03-01",
            "competition": "Premier League",
            "home": "Barrow",
            "away": "Ashford",
            "score": "2-2",
        }
    ]


def test_the_context_names_the_score_that_counts(known):
    cup = {**known["match"], "basis": "after_extra_time"}

    assert build_context(known, now=NOW)["match"]["score_that_counts"] == "after 90 minutes"
    assert "extra time" in build_context({**known, "match": cup}, now=NOW)["match"]["score_that_counts"]


def test_odds_are_included_only_if_a_feed_has_some(known):
    odds = [{"source": "a feed", "home": 1.9, "draw": 3.5, "away": 4.1}]

    assert "odds" not in build_context(known, now=NOW)
    assert build_context(known, now=NOW, odds=odds)["odds"] == odds


def test_moments_are_utc(known):
    context = build_context(known, now=NOW)

    assert (context["known_at"], context["match"]["kickoff_at"]) == (
        "2026-08-15T13:30:00Z",
        "2026-08-15T14:00:00Z",
    )


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Ash\nford", "Ash ford"),
        ("Ash\u202eford\u2066", "Ash ford"),
        ("  Ash\x00\x1bford ", "Ash ford"),
        ("A" * 300, "A" * 100),
        ("Århus \N{SOCCER BALL}", "Århus \N{SOCCER BALL}"),
    ],
)
def test_a_name_is_reduced_to_one_line_of_visible_characters(name, told):
    assert one_line(name) == told
