"""Void and un-void, finished and live again, another basis: settlements follow, and tallies stay exact."""

import pytest

from core.pipeline.models import JobRun
from matches.models import Competition, Match
from scoring.models import Score, Settlement
from stats.models import Tally
from stats.tallies import fold
from tests.factories import MatchFactory, coin, homer, oracle, predict, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def match() -> Match:
    match = MatchFactory()
    predict(match, oracle(), (2, 1), (0.6, 0.25, 0.15))
    predict(match, homer(), (1, 0))
    predict(match, coin(), (1, 1), (1 / 3, 1 / 3, 1 / 3))
    return match


def points() -> dict[str, int | None]:
    return dict(Score.objects.values_list("prediction__forecaster__name", "points"))


def counted() -> dict[str, int]:
    """Matches on the overall board, for whoever has one."""
    rows = Tally.objects.filter(scope="overall", matches__gt=0)
    return dict(rows.values_list("forecaster__name", "points"))


def run_all() -> None:
    """The whole pipeline; afterwards the tallies are what a recount says."""
    run_waiting()
    assert fold.stored() == fold.recount()


@pytest.mark.parametrize("status", ["abandoned", "cancelled", "awarded"])
def test_a_voided_match_leaves_every_board_and_comes_back_when_it_is_un_voided(match, status):
    record(match, 2, 1)
    run_all()
    before = counted()
    assert before == {"The Oracle": 6, "The Homer": 3, "The Coin": 0}

    record(match, 2, 1, status=status)
    run_all()
    assert (points(), counted()) == ({}, {})
    assert Settlement.objects.get(superseded_at__isnull=True).voided

    record(match, 2, 1)
    run_all()
    assert counted() == before
    assert Settlement.objects.filter(match=match).count() == 3


@pytest.mark.parametrize("status", ["live", "scheduled"])
def test_a_match_that_is_not_over_after_all_is_withdrawn_until_it_is_finished_again(match, status):
    record(match, 2, 1)
    run_all()

    record(match, *((2, 1) if status == "live" else (None, None)), status=status)
    run_all()
    assert (points(), counted()) == ({}, {})
    assert not Settlement.objects.filter(superseded_at__isnull=True).exists()

    record(match, 1, 1)
    run_all()
    assert counted() == {"The Oracle": 0, "The Homer": 0, "The Coin": 3 + 1 + 3}


def test_a_live_score_that_moves_asks_for_nothing(match):
    for goals in range(4):
        record(match, goals, 0, status="live")

    assert not JobRun.objects.exists()


def test_a_settlement_says_by_which_score_it_judged(match):
    record(match, 1, 1, home_score_aet=2, away_score_aet=1)
    run_waiting("score_match")
    record(match, 2, 1, status="awarded")
    run_waiting("score_match")

    judged, void = Settlement.objects.order_by("number")
    assert (judged.used_score, void.used_score) == ((1, 1), None)


def test_another_basis_settles_anew_what_had_extra_time_and_nothing_else(match):
    other = MatchFactory()
    record(match, 1, 1, home_score_aet=2, away_score_aet=1)
    record(other, 1, 1)
    run_all()
    assert points()["The Oracle"] == 0

    competition = match.season.competition
    competition.score_basis = Competition.ScoreBasis.AFTER_EXTRA_TIME
    competition.save()
    run_all()

    assert points()["The Oracle"] == 6
    assert Settlement.objects.filter(match=match).count() == 2
    assert Settlement.objects.filter(match=other).count() == 1


def test_a_competition_that_only_gets_another_name_asks_for_nothing(match):
    record(match, 1, 1, home_score_aet=2, away_score_aet=1)
    run_all()
    waiting = JobRun.objects.count()

    match.season.competition.name = "The Old League"
    match.season.competition.save()

    assert JobRun.objects.count() == waiting


def test_extra_time_that_leaves_the_score_as_it_was_needs_no_new_settlement(match):
    record(match, 1, 1, home_score_aet=1, away_score_aet=1, home_penalties=4, away_penalties=3)
    run_all()

    competition = Competition.objects.get()
    competition.score_basis = Competition.ScoreBasis.AFTER_EXTRA_TIME
    competition.save()

    assert not JobRun.objects.filter(kind="score_match", state="queued").exists()
