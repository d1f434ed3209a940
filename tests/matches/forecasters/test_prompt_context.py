"""Format of the prompt context."""

from datetime import UTC, datetime

import pytest

from matches.forecasters.context import build_context, one_line

NOW = datetime(2026, 8, 15, 13, 30, tzinfo=UTC)


def row(on: str, home: str, away: str, score: tuple[int, int], **more) -> dict:
    return {
        "kickoff_at": f"{on}T14:00:00+00:00",
        "competition": "Premier League",
        "home": home,
        "away": away,
        "home_score": score[0],
        "away_score": score[1],
        **more,
    }


def line(team: str, points: int, goals_for: int, goals_against: int) -> dict:
    counts = {"played": 2, "won": 1, "drawn": 0, "lost": 1}
    return {"team": team, "points": points, "goals_for": goals_for, "goals_against": goals_against, **counts}


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
            "neutral": False,
            "second_leg": False,
            "basis": "full_time",
            "home": "Ashford",
            "away": "Barrow",
        },
        "table": [line("Corley", 3, 2, 1), line("Ashford", 3, 2, 1), line("Barrow", 3, 1, 1)],
        "form": [
            row("2026-08-08", "Corley", "Ashford", (0, 1), team="home", at_home=False),
            row("2026-08-01", "Ashford", "Denby", (1, 1), team="home", at_home=True),
            row("2026-08-11", "Barrow", "Denby", (0, 2), team="away", at_home=True),
        ],
        "meetings": [row("2026-03-01", "Barrow", "Ashford", (2, 2))],
    }


def test_form_is_shown_from_the_perspective_of_each_side(known):
    form = build_context(known, now=NOW)["form"]

    assert [(each["opponent"], each["venue"], each["score"], each["result"]) for each in form["home"]] == [
        ("Corley", "away", "1-0", "win"),
        ("Denby", "home", "1-1", "draw"),
    ]
    assert form["away"][0]["result"] == "loss"


def test_rest_is_counted_from_kickoff_to_kickoff(known):
    assert build_context(known, now=NOW)["rest_days"] == {"home": 7.0, "away": 4.0}


def test_a_side_without_matches_has_no_form_and_no_rest(known):
    context = build_context({**known, "form": None, "meetings": None}, now=NOW)

    assert context["form"] == {"home": [], "away": []}
    assert context["rest_days"] == {"home": None, "away": None}
    assert context["meetings"] == []


def test_equal_rows_of_the_table_share_a_place(known):
    table = build_context(known, now=NOW)["table"]

    assert [(each["place"], each["team"]) for each in table] == [(1, "Corley"), (1, "Ashford"), (3, "Barrow")]


def test_a_cup_round_has_no_table(known):
    assert build_context({**known, "match": {**known["match"], "matchday": None}}, now=NOW)["table"] is None


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
