"""Matches that count for nobody, or that nobody had predicted, go all the way and say so."""

import pytest
from django.utils import timezone

from content.models import Roundup
from matches.models import Match
from scoring.models import Settlement
from stats.leaderboards import Board, leaderboard
from stats.refresh.latency import whistle_to_leaderboard
from stats.standings import standings
from tests.content.roundups.conftest import week
from tests.factories import homer, oracle, predict, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


def predicted(match: Match) -> Match:
    predict(match, oracle(), (2, 1), (0.6, 0.25, 0.15))
    predict(match, homer(), (1, 0))
    return match


def told(match: Match) -> Roundup:
    """Its roundup, made by the whole pipeline."""
    ran = run_waiting()
    assert {run.state for run in ran} == {"done"}, [run.error for run in ran]
    return Roundup.objects.get(match=match, status="published")


def status(client) -> dict:
    return client.get("/api/v1/status/").json()


@pytest.mark.parametrize(
    ("result", "rows", "said"),
    [
        ({"status": "abandoned", "home": 1, "away": 1}, 0, "was abandoned. The recorded score is 1-1."),
        ({"status": "cancelled"}, 0, "was cancelled."),
        ({"status": "awarded", "home": 0, "away": 3}, 2, "It was awarded 3-0 to Barrow."),
    ],
)
def test_a_void_match_goes_all_the_way(client, result, rows, said):
    match = predicted(week(1))
    record(match, **result)

    roundup = told(match)

    assert roundup.title.startswith("Ashford v Barrow: ")
    assert roundup.title.endswith("and no points given")
    assert roundup.summary == "The match does not count: two predictions are void."
    assert said in roundup.body
    assert "The predictions are void and stay out of every average." in roundup.body
    assert standings(match.season_id).filter(played=1).count() == rows, (
        "awarded counts in the table, the others do not"
    )
    assert not leaderboard(Board()).exists()
    assert Settlement.objects.get(match=match).folded_at is not None
    answer = status(client)
    assert (answer["state"], answer["last_counted"]["match"]) == ("fresh", match.pk)
    assert answer["last_counted"]["whistle_to_leaderboard_seconds"] > 0


def test_an_award_is_in_the_league_table_of_the_roundup():
    match = predicted(week(1))
    record(match, 0, 3, status="awarded")
    assert "| 1 | **Barrow** | 1 | 1 | 0 | 0 | +3 | 3 |" in told(match).body


def test_the_reason_of_a_void_match_is_told_in_its_own_words(db):
    match = predicted(week(1))
    record_because(match, "Floodlights failed in the 38th minute, 2-0 up for nobody.", status="abandoned")

    body = told(match).body

    assert "The reason given: “Floodlights failed in the 38th minute, 2-0 up for nobody”." in body


def test_hostile_markup_in_a_reason_is_shown_and_never_run(db):
    match = predicted(week(1))
    record_because(match, "<script>alert(1)</script> [x](javascript:alert(1)) *Barrow*", status="abandoned")

    html = told(match).body_html

    assert "&lt;script&gt;alert(1)&lt;/script&gt; [x](javascript:alert(1)) *Barrow*" in html
    assert "<script" not in html
    assert "<a " not in html


def test_a_match_that_nobody_predicted_goes_all_the_way(client):
    match = week(1)
    record(match, 3, 2)

    roundup = told(match)

    assert roundup.title == "Ashford 3-2 Barrow"
    assert roundup.summary == (
        "No one predicted this match before the kickoff, so the forecasters' leaderboard stays as it was."
    )
    assert "Who gained" not in roundup.body
    assert [(row.team.name, row.points) for row in standings(match.season_id)] == [
        ("Ashford", 3),
        ("Barrow", 0),
    ]
    assert status(client)["state"] == "fresh"
    assert whistle_to_leaderboard().count == 0, "it moved no leaderboard"


def test_a_void_match_that_nobody_predicted_goes_all_the_way():
    match = week(1)
    record(match, status="cancelled")
    roundup = told(match)
    assert roundup.summary == "The match does not count, and no one predicted it before the kickoff."
    assert "predictions are void" not in roundup.body


# --- What had been reported before ----------------------------------------------------------------------


def record_because(match: Match, reason: str, **result: object) -> None:
    from matches.result import Result
    from matches.services.results import record_result

    columns = {"home_score": result.get("home"), "away_score": result.get("away")}
    record_result(
        match_id=match.pk,
        result=Result(status=str(result["status"]), **columns),
        source="test",
        recorded_at=timezone.now(),
        reason=reason,
    )


def test_a_match_decided_twice_off_the_pitch_reads_right():
    """Abandoned at 0-0, awarded 3-0 to the hosts, then 3-0 to the visitors."""
    match = predicted(week(1))
    record(match, 0, 0, status="abandoned")
    run_waiting()
    record(match, 3, 0, status="awarded")
    first = told(match)
    assert first.summary.startswith("Corrected: the match had been reported as abandoned at 0-0.")
    record_because(match, "The appeal was upheld", status="awarded", home=0, away=3)

    second = told(match)

    assert second.summary.startswith("Corrected: the match had been reported as awarded 3-0 to Ashford.")
    assert "It was awarded 0-3 to Barrow." in second.body
    assert "the match had stood as awarded 3-0 to Ashford, and was void then, too." in second.body
    assert "The reason given: “The appeal was upheld”." in second.body
    first.refresh_from_db()
    assert first.supersede_reason == (
        "result corrected from awarded 3-0 to awarded 0-3: The appeal was upheld"
    )


def test_a_result_that_is_voided_says_what_it_had_been_and_why():
    match = predicted(week(1))
    record(match, 2, 1)
    assert "reason given" not in told(match).body
    record_because(match, "An ineligible player", status="awarded", home=0, away=3)

    roundup = told(match)

    assert roundup.summary.startswith("Corrected: the match had been reported as 2-1, a win for Ashford.")
    assert (
        "The result had stood as 2-1, a win for Ashford; that is corrected, and the points it gave are"
        " taken back." in roundup.body
    )
    assert roundup.body.count("The reason given: “An ineligible player”.") == 1


def test_a_match_that_counts_after_all_says_so():
    match = predicted(week(1))
    record(match, 1, 1, status="abandoned")
    run_waiting()
    record_because(match, "The result stands", status="finished", home=1, away=1)

    roundup = told(match)

    assert roundup.title.startswith("Ashford 1-1 Barrow")
    assert "the match had stood as abandoned at 1-1 and void; now it counts." in roundup.body
    assert "The reason given: “The result stands”." in roundup.body
    assert [row.matches for row in leaderboard(Board())] == [1, 1]
