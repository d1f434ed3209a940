"""Live predictions after exposure: on the board of all predictions, not on that of the live ones."""

import itertools
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from matches.models import Match, Prediction
from scoring import services as scoring
from scoring.models import Settlement
from stats.leaderboard_page import Ranking
from stats.leaderboards import Board, rows_of
from stats.models import LeaderboardRow, Tally
from stats.refresh.transaction import refresh_statistics
from stats.tallies import fold
from stats.tallies.rebuild import differences
from tests.example_counts import examples
from tests.factories import (
    TeamFactory,
    coin,
    homer,
    move,
    oracle,
    predict,
    record,
    time_passes,
    upcoming_match,
)

pytestmark = pytest.mark.django_db

LIVE = Prediction.Provenance.LIVE
DAY = timedelta(days=1, hours=2)
NUMBERS = itertools.count(1)


def match_between(home: str = "Ashford", away: str = "Barrow") -> Match:
    teams = {"home_team": TeamFactory(name=home), "away_team": TeamFactory(name=away)}
    return upcoming_match(round_label=f"R{next(NUMBERS)}", **teams)


def exposed_match(home: str = "Ashford", away: str = "Barrow", *, is_over: bool = True) -> Match:
    """The Homer predicted before the first kickoff, the Oracle after the match opened again."""
    match = match_between(home, away)
    predict(match, homer(), (1, 0), (0.5, 0.3, 0.2), provenance=LIVE)
    time_passes(match, DAY)
    move(match, timezone.now() + timedelta(days=1))
    predict(match, oracle(), (2, 1), (0.6, 0.2, 0.2), provenance=LIVE)
    if is_over:
        time_passes(match, DAY)
    return match


def plain_match(provenance: str = LIVE) -> Match:
    match = match_between()
    predict(match, oracle(), (1, 1), provenance=provenance)
    predict(match, homer(), (0, 1), provenance=provenance)
    time_passes(match, DAY)
    return match


def settle(match: Match, home: int, away: int) -> None:
    record(match, home, away)
    scoring.score_match(match_id=match.pk, settled_at=timezone.now())


def refresh() -> None:
    refresh_statistics(at=timezone.now())


def board(provenance: str = "all", of: Board | None = None) -> list[tuple]:
    rows = rows_of(of or Board(), provenance).order_by("forecaster__slug")
    return list(rows.values_list("forecaster__slug", "made_of", "matches", "after_exposure", "points"))


def test_the_live_board_leaves_them_out_and_the_board_of_all_counts_them():
    settle(exposed_match(), 2, 1)
    settle(plain_match(), 1, 1)
    refresh()

    assert board() == [("the-homer", "live", 2, 0, 3), ("the-oracle", "live", 2, 1, 6 + 7)]
    assert board("live") == [("the-homer", "live", 2, 0, 3), ("the-oracle", "live", 1, 0, 7)]
    assert board("archive") == []
    assert differences(at=timezone.now()) == []


def test_a_forecaster_with_nothing_else_is_not_on_the_live_board():
    settle(exposed_match(), 2, 1)
    refresh()

    assert board() == [("the-homer", "live", 1, 0, 3), ("the-oracle", "live", 1, 1, 6)]
    assert board("live") == [("the-homer", "live", 1, 0, 3)]
    assert set(Tally.objects.values_list("forecaster__slug", "provenance")) == {
        ("the-homer", "live"),
        ("the-oracle", "exposed"),
    }


def test_with_back_tests_a_row_is_mixed_and_the_numbers_of_the_board_are_right():
    settle(exposed_match(), 2, 1)
    settle(plain_match(Prediction.Provenance.ARCHIVE), 1, 1)
    refresh()

    assert [(slug, made_of, after) for slug, made_of, _, after, _ in board()] == [
        ("the-homer", "mixed", 0),
        ("the-oracle", "mixed", 1),
    ]
    assert [row[0] for row in board("live")] == ["the-homer"]
    assert [row[0] for row in board("archive")] == ["the-homer", "the-oracle"]
    assert Ranking(Board()).page(1, 50).made_of == {"live": 2, "archive": 2}


def test_a_forecaster_is_once_on_a_board_on_which_all_its_predictions_have_one_provenance():
    """Elsewhere it has others, so it has several tallies on this board, too."""
    settle(exposed_match("Corby", "Dover"), 2, 1)
    settle(plain_match(), 1, 1)
    refresh()
    ashford = Board.of(TeamFactory(name="Ashford"))

    assert board("all", ashford) == board("live", ashford)
    assert [row[0] for row in board("live", ashford)] == ["the-homer", "the-oracle"]
    assert LeaderboardRow.objects.filter(scope="team", scope_id=ashford.scope_id).count() == 2
    assert Ranking(ashford).page(1, 50).made_of == {"live": 2, "archive": 0}


def test_they_count_for_the_quotas_of_their_match():
    match = exposed_match()
    predict(match, coin(), (0, 2))
    settle(match, 0, 0)

    settlement = Settlement.objects.get(match=match)
    assert (settlement.quota_home, settlement.quota_draw, settlement.quota_away) == (2, 6, 6)


def test_a_correction_takes_them_out_of_the_tallies_exactly():
    match = exposed_match()
    settle(match, 2, 1)
    settle(plain_match(), 1, 1)
    refresh()
    settle(match, 0, 3)
    refresh()

    assert differences(at=timezone.now()) == []
    assert board() == [("the-homer", "live", 2, 0, 0), ("the-oracle", "live", 2, 1, 7)]


STEPS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["2-1", "0-0", "void", "refresh"])), min_size=2, max_size=10
)


@examples(20)
@given(kinds=st.tuples(*[st.sampled_from(["exposed", "live", "archive"])] * 4), steps=STEPS)
def test_tallies_equal_a_recount_after_any_history(kinds, steps):
    matches: dict[int, Match] = {}
    for number, step in steps:
        if number not in matches:
            kind = kinds[number]
            matches[number] = exposed_match() if kind == "exposed" else plain_match(kind)
        if step == "refresh":
            refresh()
        elif step == "void":
            record(matches[number], status="abandoned")
            scoring.score_match(match_id=matches[number].pk, settled_at=timezone.now())
        else:
            settle(matches[number], *map(int, step.split("-")))
    refresh()

    assert fold.stored() == fold.recount()
