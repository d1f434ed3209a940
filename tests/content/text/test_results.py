"""What a correction did to the points, said so that it is true."""

import pytest

from content.text.results import moved_in_words
from matches.models import Match
from scoring.corrections import changes_of, with_moves
from tests.factories import ForecasterFactory, MatchFactory, coin, homer, predict, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def match() -> Match:
    """The Homer says 1-0, the Coin 1-1: neither has the 0-2 that follows."""
    match = MatchFactory()
    predict(match, homer(), (1, 0))
    predict(match, coin(), (1, 1))
    return match


def settle(match: Match, home: int | None = None, away: int | None = None, status: str = "finished") -> None:
    record(match, home, away, status=status)
    run_waiting("score_match")


def told(match: Match) -> list[str]:
    return [moved_in_words(change) for change in with_moves(changes_of(match))]


def test_points_that_moved_are_summed(match):
    settle(match, 0, 2)
    settle(match, 1, 1)
    assert told(match)[1].startswith("One forecaster's points changed, by ")


@pytest.mark.parametrize("status", ["cancelled", "live"])
def test_nobodys_points_no_longer_count_and_count_again(match, status):
    settle(match, 0, 2)
    settle(match, status=status)
    settle(match, 0, 2)

    assert told(match)[1:] == [
        "The match no longer counts for 2 forecasters, who had 0 points.",
        "The match counts again for 2 forecasters, who have 0 points.",
    ]


def test_one_forecaster_is_not_called_several():
    match = MatchFactory()
    predict(match, homer(), (1, 0))
    settle(match, 0, 2)
    settle(match, status="abandoned")
    assert told(match)[1] == "The match no longer counts for one forecaster, who had 0 points."


def test_a_late_pick_without_points_moves_nothing(match):
    settle(match, 0, 2)
    predict(match, ForecasterFactory(name="The Latecomer"), (2, 0))
    settle(match, 0, 3)
    assert told(match)[1] == "No forecaster gained or lost a point."
