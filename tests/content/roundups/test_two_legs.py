"""Roundups of ties of several matches, before and after a correction of the first one."""

import re

import pytest

from matches.models import Match, Stage
from tests.content.roundups.conftest import count, play, tell, week
from tests.factories import StageFactory, record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def opening(db) -> None:
    """A match of the season before the ties."""
    play(week(0, "Corley", "Denby"), (0, 0))


def cup(number: int, home: str, away: str, label: str = "Semi-finals", **more: object) -> Match:
    away_goals = bool(more.pop("away_goals", False))
    stage = StageFactory(name="Cup", kind=Stage.Kind.KNOCKOUT, away_goals=away_goals)
    return week(number, home, away, stage=stage, round_label=label, **more)


def legs(**more: object) -> tuple[Match, Match]:
    return cup(1, "Ashford", "Barrow", leg=1, **more), cup(3, "Barrow", "Ashford", leg=2, **more)


def correct(match: Match, home: int, away: int, **more: int) -> None:
    record(match, home, away, **more)
    count()


def title(match: Match) -> str:
    return tell(match)[1].title.partition(":")[0]


def body(match: Match) -> str:
    return tell(match)[1].body


def test_the_second_leg_names_aggregate_winner_and_next_opponent():
    first, second = legs()
    cup(6, "Ashford", "Denby", "Final", neutral=True)
    play(first, (2, 1))
    assert "Ashford lead 2-1 after the first leg." in body(first)
    assert "They meet again on Saturday 6 September (UTC)." in body(first)

    play(second, (1, 1))
    assert title(second) == "Barrow 1-1 Ashford (Ashford go through)"
    assert tell(second)[1].summary.startswith("Ashford go through 3-2 on aggregate.")
    final = r"Ashford (meet|play) Denby in the final on Saturday 27 September \(UTC\)\."
    assert re.search(final, body(second))
    assert "Ashford lead 2-1 after the first leg." in body(first), "as of the first leg"


def test_a_corrected_first_leg_changes_who_goes_through():
    first, second = legs()
    play(first, (2, 1))
    play(second, (1, 1))

    correct(first, 0, 1)
    assert "Barrow lead 1-0 after the first leg." in body(first)
    assert title(second) == "Barrow 1-1 Ashford (Barrow go through)"
    assert "Barrow go through 2-1 on aggregate." in body(second)
    assert "scored again" not in body(first), "there are no predictions"

    correct(first, 1, 1)
    assert "Level at 2-2; not decided by the recorded results." in body(second)
    assert "go through" not in title(second)

    correct(second, 1, 1, home_score_aet=1, away_score_aet=1, home_penalties=3, away_penalties=5)
    assert title(second) == "Barrow 1-1 Ashford (Ashford win on penalties)"
    assert "Ashford go through 5-3 on penalties (2-2 on aggregate)." in body(second)


def test_away_goals_decide_before_and_after_a_correction():
    first, second = legs(away_goals=True)
    play(first, (2, 1))
    play(second, (1, 0))
    assert "Barrow go through on away goals (2-2 on aggregate)." in body(second)
    correct(first, 3, 2)
    assert "Barrow go through on away goals (3-3 on aggregate)." in body(second)
    correct(first, 3, 1)
    assert title(second) == "Barrow 1-0 Ashford (Ashford go through)"
    assert "Ashford go through 3-2 on aggregate." in body(second)


def test_a_replay_is_told_as_a_replay():
    first = cup(1, "Ashford", "Barrow", "Fourth round")
    cup(1, "Corley", "Denby", "Fourth round")
    play(first, (1, 1))
    replay = cup(2, "Barrow", "Ashford", "Fourth round replay")
    play(replay, (0, 2))
    assert "They meet again on Saturday 30 August (UTC)." in body(first)
    assert "Level at 1-1, to be replayed." in body(first)
    assert "Ashford go through 2-0 in the replay." in body(replay)


def test_a_final_of_two_legs_has_a_winner_in_title_and_summary():
    first, second = legs(label="Final")
    play(first, (0, 0))
    play(second, (1, 3))
    assert title(second) == "Barrow 1-3 Ashford (Ashford win the tie)"
    assert tell(second)[1].summary.startswith("Ashford win 3-1 on aggregate.")


def test_a_series_is_told_without_the_word_series_in_the_round():
    label = "Quarter-finals, best of three"
    games = [
        cup(number, *("Barrow", "Ashford")[:: 1 if number == 2 else -1], label, game=number)
        for number in (1, 2, 3)
    ]
    for game, score in zip(games, ((1, 0), (1, 0), (2, 0)), strict=True):
        play(game, score)
    assert "in the quarter-finals of the 2025/26 Premier League" in body(games[0])
    assert "Ashford lead 1-0 in the best of three." in body(games[0])
    assert "Level at 1-1 in the best of three." in body(games[1])
    assert "Ashford go through 2-1 in the best of three." in body(games[2])
