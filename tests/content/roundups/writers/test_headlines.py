"""News in headlines, and sentences that once read badly."""

import pytest

from matches.models import Match
from tests.content.roundups.conftest import play, tell, week
from tests.factories import ForecasterFactory, coin, homer, oracle, predict

pytestmark = pytest.mark.django_db


def title(match: Match) -> str:
    return tell(match)[1].title


def predicted(match: Match, *probabilities: tuple[float, float, float]) -> Match:
    """Give a match these probabilities, without scores."""
    for forecaster, given in zip((oracle, homer, coin), probabilities, strict=False):
        predict(match, forecaster(), None, given)
    return match


def test_an_unlikely_result_is_an_upset_if_only_one_forecaster_predicted_a_score():
    match = predicted(week(1), (0.8, 0.1, 0.1), (0.7, 0.2, 0.1))
    predict(match, ForecasterFactory(name="Elo"), (2, 0), (0.75, 0.15, 0.1))
    play(match, (1, 2))
    assert title(match) == "Ashford 1-2 Barrow: an upset, given 10 per cent on average"
    assert "No one gave a win for Barrow more than" not in tell(match)[1].body, "all gave the same"


@pytest.mark.parametrize(("score", "verb"), [((1, 1), "hold"), ((0, 1), "beat")])
def test_favourites_that_do_not_win_are_news(score, verb):
    match = play(predicted(week(1), (0.6, 0.2, 0.2), (0.62, 0.2, 0.18)), score)
    assert title(match).endswith(f": Barrow {verb} the favourites")


def test_the_second_match_of_two_teams_is_compared_with_the_first():
    for away_again, news in ((False, "Barrow beat Ashford again this season"), (True, "Ashford make up for")):
        first = week(1, home="Barrow", away="Ashford", season__label=f"Season {away_again}")
        play(first, (3, 1))
        second = week(2, season=first.season)
        play(predicted(second, (0.4, 0.2, 0.4), (0.4, 0.3, 0.3)), (2, 1) if away_again else (1, 2))
        assert news in title(second)
    assert title(second).endswith("make up for the 3-1 of the earlier match")


def test_teams_without_a_win_may_have_won_before():
    play(week(0, home="Ashford", away="Corley"), (1, 0))
    for number in range(1, 6):
        opponent, score = ("Barrow", (1, 1)) if number % 2 else ("Denby", (0, 1))
        last = play(predicted(week(number, away=opponent), (0.4, 0.3, 0.3)), score)
    assert "Ashford are now five matches without a win" in title(last)


def test_both_teams_that_start_with_a_draw_are_told_together():
    article = tell(play(week(1), (1, 1)))[1]
    assert "Ashford and Barrow start with one point each." in article.body


def test_the_only_forecaster_with_a_score_is_named():
    match = predicted(week(1), (0.4, 0.3, 0.3))
    predict(match, ForecasterFactory(name="Elo"), (0, 2), (0.3, 0.3, 0.4))
    assert "Elo, the only forecaster with a score, was wrong." in tell(play(match, (2, 1)))[1].summary


def test_the_highest_probabilities_are_told_unless_most_gave_them():
    told = play(predicted(week(1), (0.5, 0.3, 0.2), (0.4, 0.4, 0.2), (0.4, 0.3, 0.3)), (2, 1))
    assert "No one gave a win for Ashford more than The Oracle: 50 per cent." in tell(told)[1].body
    shared = play(predicted(week(2), (0.5, 0.3, 0.2), (0.5, 0.4, 0.1), (0.4, 0.3, 0.3)), (2, 1))
    assert "No one gave" not in tell(shared)[1].body
