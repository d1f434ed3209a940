"""The page that compares two forecasters, and the links to it."""

import pytest

from tests.content.pages.conftest import count_results
from tests.factories import MatchFactory, coin, oracle, predict, predicted_live, record

pytestmark = pytest.mark.django_db
PAIR = "/compare/?a=the-oracle&b=the-coin"


def fifty(provenance: str) -> None:
    """Fifty matches in which The Oracle is right and The Coin is not."""
    for _ in range(50):
        match = MatchFactory()
        for forecaster, score in [(oracle(), (2, 1)), (coin(), (0, 1))]:
            if provenance == "live":
                predicted_live(match, forecaster, score)
            else:
                predict(match, forecaster, score)
        record(match, 1, 0)
    count_results()


def test_few_matches_state_nothing(site, see):
    text = see(PAIR).text

    assert "Fewer than 50 common matches: too few to state a difference." in text
    assert "The intervals hold only if they were made without knowing the results." in text
    assert "Table of this chart" in text


def test_surely_is_said_of_live_predictions_only(see):
    fifty("archive")
    assert "surely" not in see(PAIR).text
    assert "The Oracle did better" in see(PAIR).text

    fifty("live")
    assert "The Oracle is surely better than The Coin by points per match" in see(PAIR).text


def test_the_chart_has_a_title_a_description_and_a_table(see):
    fifty("archive")
    seen = see(PAIR)

    assert '<title id="sequence-title">Points per match of The Oracle minus The Coin</title>' in seen.html
    assert "after 50 matches.</desc>" in seen.html
    assert "Difference in points per match and its interval after a number of common matches" in seen.text


def test_boards_and_profiles_link_to_it(site, see):
    board = see(f"/leaderboard/?season={site.played.season_id}&ordering=rps").html
    link = f"/compare/?season={site.played.season_id}&amp;metric=rps&amp;a=the-oracle&amp;b=the-coin"

    assert link in board
    assert "b=the-oracle" not in board, "the first row is not compared with itself"
    assert "compare" not in see("/leaderboard/?team=ashford").text
    assert '/compare/?b=the-oracle"' in see("/forecasters/the-oracle/").html


def test_the_same_forecaster_twice_is_refused(site, see):
    assert see("/compare/?a=the-coin&b=the-coin").status == 400
