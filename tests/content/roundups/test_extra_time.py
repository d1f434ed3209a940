"""Knockout matches: the winner after extra time or on penalties is named, and runs go by what decided."""

from dataclasses import replace

import pytest

from content.roundups.fact_check.checker import UncheckedClaim, check
from content.roundups.facts import Facts, gather
from content.roundups.writers import Article
from matches.models import Match
from tests.content.roundups.conftest import count, play, tell, week
from tests.factories import coin, homer, oracle, predict, record

pytestmark = pytest.mark.django_db
WON_LATE = {"home_score_aet": 1, "away_score_aet": 2}
LEVEL = {"home_score_aet": 1, "away_score_aet": 1}
ON_PENALTIES = LEVEL | {"home_penalties": 3, "away_penalties": 4}
BASES = ("full_time", "after_extra_time")


@pytest.fixture
def final(db) -> Match:
    match = week(1, round_label="Final", neutral=True)
    for forecaster, pick in ((oracle, (2, 1)), (homer, (1, 0)), (coin, (1, 1))):
        predict(match, forecaster(), pick)
    return match


def ended(match: Match, basis: str, home: int, away: int, **more: int) -> tuple[Facts, Article]:
    """Facts and article, once the checker has passed it."""
    competition = match.season.competition
    competition.score_basis = basis
    competition.save()
    record(match, home, away, **more)
    count()
    facts, article = tell(match)
    check(article, facts, known_names=[])
    return facts, article


@pytest.mark.parametrize(
    ("basis", "score", "in_body"),
    [
        ("full_time", "1-1", "Extra time ended 1-2, a win for Barrow."),
        ("after_extra_time", "1-2", "Barrow beat Ashford 2-1 after extra time"),
    ],
)
def test_the_winner_after_extra_time_is_named(final, basis, score, in_body):
    facts, article = ended(final, basis, 1, 1, **WON_LATE)

    assert (facts["match"]["decided"], facts["match"]["final_winner"]) == ("extra_time", "Barrow")
    assert article.title.startswith(f"Ashford {score} Barrow (Barrow win after extra time)")
    assert article.summary.startswith("Barrow won after extra time.")
    assert in_body in article.body


@pytest.mark.parametrize("basis", BASES)
def test_the_winner_on_penalties_is_named(final, basis):
    facts, article = ended(final, basis, 1, 1, **ON_PENALTIES)

    assert (facts["match"]["decided"], facts["match"]["final_winner"]) == ("penalties", "Barrow")
    assert article.title.startswith("Ashford 1-1 Barrow (Barrow win on penalties)")
    assert article.summary.startswith("Barrow won on penalties.")
    assert "Barrow won the shootout 4-3." in article.body


@pytest.mark.parametrize("basis", BASES)
def test_a_shootout_straight_after_90_minutes_tells_no_extra_time(final, basis):
    _, article = ended(final, basis, 1, 1, home_penalties=3, away_penalties=4)

    assert "Ashford and Barrow stood at 1-1 after 90 minutes" in article.body
    assert "For the forecasts the score after 90 minutes counts." in article.body
    assert "extra time" not in article.body


def test_a_second_leg_that_one_side_wins_and_the_other_on_penalties_names_both(final):
    """Won 2-1 by the hosts, who lost the shootout after two legs."""
    final.leg = 2
    final.save()
    _, article = ended(
        final, "full_time", 2, 1, home_score_aet=2, away_score_aet=1, home_penalties=2, away_penalties=4
    )

    assert article.title.startswith("Ashford 2-1 Barrow (Barrow win on penalties)")
    assert "Ashford and Barrow stood at 2-1 after 90 minutes" in article.body
    assert "Extra time ended 2-1. Barrow won the shootout 4-2." in article.body


def test_the_picks_of_a_final_decided_later_are_told_by_the_90_minutes(final):
    _, article = ended(final, "full_time", 1, 1, **WON_LATE)
    assert "One of three forecasters" in article.summary
    assert "a draw after 90 minutes" in article.summary


@pytest.mark.parametrize(
    "sentence",
    [
        "Barrow won after extra time.",
        "Barrow beat Ashford 2-1 after extra time.",
        "Ashford lost 2-1 to Barrow in extra time.",
        "Extra time ended 1-2, a win for Barrow.",
    ],
)
def test_true_words_on_extra_time_pass_and_the_opposite_is_refused(final, sentence):
    facts, article = ended(final, "full_time", 1, 1, **WON_LATE)
    swapped = sentence.replace("Barrow", "#").replace("Ashford", "Barrow").replace("#", "Ashford")

    check(replace(article, body=sentence), facts, known_names=[])
    with pytest.raises(UncheckedClaim, match="wrong winner"):
        check(replace(article, body=swapped), facts, known_names=[])


@pytest.mark.parametrize(
    "sentence",
    ["Barrow won on penalties.", "Barrow won the shootout 4-3.", "Barrow beat Ashford 4-3 on penalties."],
)
def test_true_words_on_penalties_pass_and_the_opposite_is_refused(final, sentence):
    facts, article = ended(final, "full_time", 1, 1, **ON_PENALTIES)
    swapped = sentence.replace("Barrow", "#").replace("Ashford", "Barrow").replace("#", "Ashford")

    check(replace(article, body=sentence), facts, known_names=[])
    with pytest.raises(UncheckedClaim, match="wrong winner"):
        check(replace(article, body=swapped), facts, known_names=[])


def test_no_one_won_after_extra_time_that_a_shootout_followed(final):
    facts, article = ended(final, "full_time", 1, 1, **ON_PENALTIES)
    with pytest.raises(UncheckedClaim, match="wrong winner"):
        check(replace(article, body="Barrow won after extra time."), facts, known_names=[])


# --- Runs ---------------------------------------------------------------------------------------------


def after_wins(count_: int, final: dict[str, int]) -> dict[str, tuple[str, int]]:
    """The runs after Ashford won so many matches and then drew a final after 90 minutes."""
    for number in range(1, count_ + 1):
        play(week(number), (1, 0))
    match = week(count_ + 1, round_label="Final")
    record(match, 1, 1, **final)
    count()
    return {run["name"]: (run["kind"], run["length"]) for run in gather(match.pk)["team_runs"]}


def test_a_defeat_after_extra_time_ends_a_run_without_defeat(db):
    assert after_wins(5, WON_LATE) == {"Ashford": ("wins_ended", 5), "Barrow": ("losses_ended", 5)}


def test_a_win_after_extra_time_prolongs_a_run_of_wins(db):
    late = {"home_score_aet": 2, "away_score_aet": 1}
    assert after_wins(3, late) == {"Ashford": ("wins", 4), "Barrow": ("losses", 4)}


def test_a_shootout_counts_as_a_draw_for_runs(db):
    """Six matches without defeat would go on; the run of wins is over."""
    assert after_wins(4, ON_PENALTIES)["Ashford"] == ("wins_ended", 4)


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
    with pytest.raises(UncheckedClaim, match="is not the run of this team"):
        check(replace(article, body="Barrow are now unbeaten in five matches."), facts, known_names=[])


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
