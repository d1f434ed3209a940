"""Predictions made in hindsight: scored, on a board of their own, and without effect on any other figure."""

import pytest

from matches.models import Prediction
from scoring.models import Settlement
from stats.leaderboards import Board, rows_of
from stats.models import LeaderboardRow
from stats.tallies import fold
from tests.factories import MatchFactory, TeamFactory, coin, homer, oracle, predict, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db
FIGURES = (
    "forecaster__slug",
    "provenance",
    "made_of",
    "matches",
    "points",
    "form",
    "average_rank",
    "board_archive",
)


def played(pick, hindsight: dict, *, name: str = "Ashford"):
    """A match that ended 2-1, with archive picks and some in hindsight."""
    match = MatchFactory(home_team=TeamFactory(name=name), away_team=TeamFactory(name=f"{name} Rovers"))
    for forecaster, score in pick.items():
        predict(match, forecaster(), score, (0.5, 0.3, 0.2))
    for forecaster, score in hindsight.items():
        predict(match, forecaster(), score, (0.98, 0.01, 0.01), provenance="hindsight")
    record(match, 2, 1)
    run_waiting("score_match", "refresh_views")
    return match


def board(provenance: str = "all") -> list[tuple[object, ...]]:
    return sorted(rows_of(Board(), provenance).values_list(*FIGURES), key=str)


def test_it_sets_no_quotas_and_is_scored_by_those_of_the_others():
    match = played({oracle: (2, 1), homer: (1, 0)}, {coin: (2, 1)})

    settlement = Settlement.objects.get(match=match)
    assert (settlement.quota_home, settlement.quota_draw, settlement.predictions) == (2, 6, 3)
    assert Prediction.objects.get(provenance="hindsight").score.points == 2 + 1 + 3


def test_it_is_on_no_board_but_its_own():
    played({oracle: (2, 1), homer: (1, 0)}, {})
    before = board()
    played({}, {coin: (2, 1), oracle: (2, 1)}, name="Corby")

    assert board() == before
    assert board("archive") == before
    assert [(row[0], row[1], row[3], row[4]) for row in board("hindsight")] == [
        ("the-coin", "hindsight", 1, 10),
        ("the-oracle", "hindsight", 1, 10),
    ]
    assert board("live") == []
    teams = LeaderboardRow.objects.filter(scope="team", provenance="all", forecaster=coin())
    assert not teams.exists()


def test_tallies_and_form_are_those_of_a_recount_however_they_came_to_be():
    played({oracle: (2, 1), homer: (1, 0)}, {coin: (2, 1)})
    second = played({coin: (2, 2)}, {oracle: (2, 1)}, name="Corby")
    predict(third := MatchFactory(home_team=TeamFactory(name="Dover")), oracle(), (0, 0))
    record(third, 1, 1)
    record(second, 0, 0)
    run_waiting("score_match", "refresh_views")

    assert fold.stored() == fold.recount()
    kinds = set(rows_of(Board()).values_list("forecaster__slug", "made_of"))
    assert kinds == {("the-oracle", "archive"), ("the-homer", "archive"), ("the-coin", "archive")}
