"""Knockout matches: who won and who goes through is always named, and runs go by what decided."""

import pytest

from content.roundups.facts import Facts, gather
from content.roundups.generate import RenderedArticle
from matches.models import Match, Stage
from tests.content.roundups.conftest import count, play, tell, week
from tests.factories import StageFactory, coin, homer, oracle, predict, record

pytestmark = pytest.mark.django_db
WON_LATE = {"home_score_aet": 1, "away_score_aet": 2}
LEVEL = {"home_score_aet": 1, "away_score_aet": 1}
ON_PENALTIES = LEVEL | {"home_penalties": 3, "away_penalties": 4}
BASES = ("full_time", "after_extra_time")
JUDGED = "which is what forecasts are judged by"
FINAL = "in the final of the 2025/26 Premier League on Saturday 23 August 2025"


def knockout(number: int, home: str = "Ashford", away: str = "Barrow", **more: object) -> Match:
    """A match of the knockout stage."""
    stage = StageFactory(name="Knockout stage", kind=Stage.Kind.KNOCKOUT)
    return week(number, home, away, stage=stage, **more)


@pytest.fixture
def final(db) -> Match:
    play(week(0, "Corley", "Denby"), (0, 0))  # so that the final is not the opening match
    match = knockout(1, round_label="Final", neutral=True)
    for forecaster, pick in ((oracle, (2, 1)), (homer, (1, 0)), (coin, (1, 1))):
        predict(match, forecaster(), pick)
    return match


def ended(match: Match, basis: str, home: int, away: int, **more: int) -> tuple[Facts, RenderedArticle]:
    competition = match.season.competition
    competition.score_basis = basis
    competition.save()
    record(match, home, away, **more)
    count()
    return tell(match)


def test_the_winner_after_extra_time_is_named_with_the_score_that_counts(final):
    facts, article = ended(final, "full_time", 1, 1, **WON_LATE)

    assert (facts["result"]["decided"], facts["result"]["winner"]) == ("extra_time", "Barrow")
    assert article.title.startswith("Ashford 1-1 Barrow (Barrow win after extra time)")
    assert article.summary.startswith("Barrow won after extra time.")
    expected = f"Barrow beat Ashford 2-1 after extra time {FINAL}; it was 1-1 after 90 minutes, {JUDGED}."
    assert expected in article.body


def test_the_score_after_extra_time_may_be_the_one_that_counts(final):
    _, article = ended(final, "after_extra_time", 1, 1, **WON_LATE)

    assert article.title.startswith("Ashford 1-2 Barrow (Barrow win after extra time)")
    expected = f"Barrow beat Ashford 2-1 after extra time {FINAL}; it was 1-1 after 90 minutes."
    assert f"{expected} Forecasts are judged by the score after extra time." in article.body


@pytest.mark.parametrize(
    ("basis", "judged"), [("full_time", "the 90 minutes"), ("after_extra_time", "the score after extra time")]
)
def test_the_winner_on_penalties_is_named(final, basis, judged):
    facts, article = ended(final, basis, 1, 1, **ON_PENALTIES)

    assert (facts["result"]["decided"], facts["result"]["winner"]) == ("penalties", "Barrow")
    assert article.title.startswith("Ashford 1-1 Barrow (Barrow win on penalties)")
    assert article.summary.startswith("Barrow won on penalties.")
    scores = "it was 1-1 after 90 minutes and 1-1 after extra time"
    assert f"Barrow beat Ashford 4-3 on penalties {FINAL}; {scores}." in article.body
    assert f"Forecasts are judged by {judged}." in article.body


@pytest.mark.parametrize("basis", BASES)
def test_a_shootout_straight_after_90_minutes_tells_no_extra_time(final, basis):
    _, article = ended(final, basis, 1, 1, home_penalties=3, away_penalties=4)

    assert f"on penalties {FINAL}; it was 1-1 after 90 minutes, {JUDGED}." in article.body
    assert "extra time" not in article.body


def test_extra_time_of_a_level_aggregate_may_end_level_too(final):
    _, article = ended(final, "full_time", 0, 0, **LEVEL)
    assert f"Ashford and Barrow drew 1-1 after extra time {FINAL}; it was 0-0 after" in article.body


def test_the_predictions_of_a_final_decided_later_are_told_by_the_90_minutes(final):
    _, article = ended(final, "full_time", 1, 1, **WON_LATE)
    assert "One of three forecasters" in article.summary
    assert "a draw after 90 minutes" in article.summary


# --- Ties ---------------------------------------------------------------------------------------------


def first_leg(home: int, away: int) -> None:
    play(knockout(1, "Barrow", "Ashford", round_label="Semi-final", leg=1), (home, away))


def second_leg(home: int, away: int, **more: int) -> RenderedArticle:
    match = knockout(2, round_label="Semi-final", leg=2)
    return ended(match, "full_time", home, away, **more)[1]


def test_the_team_that_goes_through_is_named_with_the_aggregate(db):
    first_leg(2, 0)
    article = second_leg(2, 1)

    assert article.title.startswith("Ashford 2-1 Barrow (Barrow go through)")
    assert article.summary.startswith("Barrow go through 3-2 on aggregate.")
    assert "in the second leg of the semi-finals of the 2025/26 Premier League" in article.body
    assert "Barrow go through 3-2 on aggregate." in article.body


def test_a_second_leg_that_one_side_wins_and_the_other_on_penalties_names_both(db):
    first_leg(1, 0)
    extra = {"home_score_aet": 2, "away_score_aet": 1, "home_penalties": 2, "away_penalties": 4}
    article = second_leg(2, 1, **extra)

    assert article.title.startswith("Ashford 2-1 Barrow (Barrow win on penalties)")
    assert "Barrow beat Ashford 4-2 on penalties in the second leg of the semi-finals" in article.body
    assert (
        "it was Ashford 2-1 Barrow after 90 minutes and Ashford 2-1 Barrow after extra time" in article.body
    )
    assert "Barrow go through 4-2 on penalties (2-2 on aggregate)." in article.body


def test_a_first_leg_has_a_leader_as_of_its_day_even_after_the_second(db):
    first_leg(2, 0)
    first = Match.objects.get()
    second_leg(5, 0)

    article = tell(first)[1]

    assert "Barrow lead 2-0 after the first leg." in article.body
    assert "through" not in article.title + article.summary


def test_a_single_match_names_the_next_opponent_and_the_round(db):
    match = knockout(1, round_label="Semi-final")
    knockout(3, "Ashford", "Denby", round_label="Final", neutral=True)
    article = ended(match, "full_time", 1, 0)[1]

    assert "Ashford go through." in article.body
    assert "in the final on Saturday 6 September (UTC)." in article.body


def test_a_draw_that_is_replayed_names_no_winner(db):
    match = knockout(1, round_label="Third round")
    knockout(2, "Barrow", "Ashford", round_label="Third round replay")
    article = ended(match, "full_time", 1, 1)[1]

    assert "Level at 1-1, to be replayed." in article.body
    assert "through" not in article.body


def test_no_one_goes_through_after_a_final(final):
    article = ended(final, "full_time", 2, 0)[1]
    assert "through" not in article.title + article.summary + article.body


# --- Runs ---------------------------------------------------------------------------------------------


def after_wins(number: int, final: dict[str, int]) -> dict[str, tuple[str, int]]:
    """The runs after Ashford won so many matches and then drew a final after 90 minutes."""
    for each in range(1, number + 1):
        play(week(each), (1, 0))
    match = week(number + 1, round_label="Final")
    record(match, 1, 1, **final)
    count()
    return {run["name"]: (run["kind"], run["length"]) for run in gather(match.pk)["team_runs"]}


def test_a_defeat_after_extra_time_ends_a_run_without_defeat(db):
    assert after_wins(5, WON_LATE) == {"Ashford": ("wins_ended", 5), "Barrow": ("losses_ended", 5)}


def test_a_win_after_extra_time_prolongs_a_run_of_wins(db):
    late = {"home_score_aet": 2, "away_score_aet": 1}
    assert after_wins(3, late) == {"Ashford": ("wins", 4), "Barrow": ("losses", 4)}


def test_no_run_is_told_after_a_shootout(db):
    """It counts as a draw, but no reader would call its loser unbeaten."""
    assert after_wins(4, ON_PENALTIES) == {}


def test_a_later_run_counts_a_shootout_as_a_draw(db):
    after_wins(4, ON_PENALTIES)
    match = play(week(6), (1, 0))
    runs = {run["name"]: (run["kind"], run["length"]) for run in gather(match.pk)["team_runs"]}
    assert runs["Ashford"] == ("unbeaten", 6)


def test_unbeaten_is_not_said_of_a_side_that_lost_in_extra_time(db):
    play(week(1), (1, 0))
    for number in range(2, 6):
        play(week(number), (1, 1))
    match = week(6, round_label="Final")
    facts, article = ended(match, "full_time", 1, 1, **WON_LATE)

    assert {run["name"]: run["kind"] for run in facts["team_runs"]} == {
        "Ashford": "unbeaten_ended",
        "Barrow": "winless_ended",
    }
    assert "are now unbeaten" not in article.body


def test_both_teams_never_get_the_same_sentence(db):
    for number in range(1, 6):
        play(week(number), (1, 1))
    match = play(week(6), (1, 1))
    facts, article = tell(match)

    assert [run["kind"] for run in facts["team_runs"]] == ["unbeaten", "unbeaten"]
    assert "are now unbeaten in six matches" in article.body
    assert "That makes six matches without defeat for" in article.body


def test_the_league_table_goes_on_counting_90_minutes(db):
    match = week(1)
    record(match, 1, 1, **WON_LATE)
    count()
    rows = gather(match.pk)["league"]["rows"]
    assert [(row["name"], row["drawn"], row["points"]) for row in rows] == [
        ("Ashford", 1, 1),
        ("Barrow", 1, 1),
    ]


def test_an_earlier_meeting_that_extra_time_decided_has_its_winner(db):
    record(week(1, "Barrow", "Ashford"), 1, 1, **WON_LATE)
    count()
    match = play(week(2), (0, 0))
    meeting = gather(match.pk)["earlier_meeting"]
    assert (meeting["winner"], meeting["score"]["text"]) == ("Ashford", "1-2")
