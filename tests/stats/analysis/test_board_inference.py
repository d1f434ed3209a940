"""Intervals, possible ranks, tiers and adjusted scores of leaderboards, from real settlements."""

import random
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from core.pipeline.models import JobRun
from matches.models import Forecaster, Match, Season
from scoring import services as scoring
from scoring.models import Score
from stats.analysis import board_inference, board_sums
from stats.inference.confidence_sequences import interval
from stats.inference.error_rate import pair_alpha
from stats.jobs import refresh_now
from stats.leaderboards import Board, leaderboard
from stats.models import BoardInference, BoardMember, LeaderboardRow, MatchDifficulty, Participant
from tests.factories import (
    ForecasterFactory,
    MatchFactory,
    SeasonFactory,
    TeamFactory,
    coin,
    homer,
    oracle,
    predict,
    record,
)
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db
SURE, EVEN, WRONG = (0.9, 0.06, 0.04), (0.4, 0.3, 0.3), (0.05, 0.15, 0.8)


def matches_of(season: Season, count: int, *, first: int = 0) -> list[Match]:
    home, away = TeamFactory(name="Ashford"), TeamFactory(name="Barrow")
    kickoff = timezone.now() - timedelta(days=100)
    return [
        MatchFactory(
            season=season,
            home_team=home,
            away_team=away,
            kickoff_at=kickoff + timedelta(days=number),
            round_label=f"R{number}",
        )
        for number in range(first, first + count)
    ]


def settle(match: Match) -> None:
    record(match, 2, 1)
    scoring.score_match(match_id=match.pk, settled_at=timezone.now())


def season_of(count: int = 60, *, seldom: Forecaster | None = None) -> Season:
    """Home wins only: the oracle is always right, the coin undecided; homer predicts 2-0 with some doubt."""
    season = SeasonFactory()
    draw = random.Random(4)
    for number, match in enumerate(matches_of(season, count)):
        predict(match, oracle(), (2, 1), SURE)
        predict(match, coin(), (1, 1), EVEN)
        doubt = draw.uniform(0, 0.3)
        predict(match, homer(), (2, 0), (0.7 - doubt, 0.2, 0.1 + doubt))
        if seldom and number % 4 == 0:
            predict(match, seldom, (0, 1), WRONG)
        settle(match)
    refresh_now(at=timezone.now())
    return season


def compute(board: Board) -> dict[tuple[str, str], dict[str, BoardInference]]:
    """Compute a board and store it; return its rows by provenance and order, then by forecaster."""
    board_inference.store(board_inference.compute(board))
    found: dict[tuple[str, str], dict[str, BoardInference]] = {}
    for row in BoardInference.objects.filter(scope=board.scope, scope_id=board.scope_id):
        found.setdefault((row.provenance, row.ordering), {})[row.forecaster.name] = row
    return found


def scores_of(forecaster: Forecaster, metric: str = "rps") -> np.ndarray:
    found = Score.objects.filter(prediction__forecaster=forecaster).order_by("prediction__match__kickoff_at")
    return np.array(found.values_list(metric, flat=True), dtype=float)


def test_a_leader_who_is_always_better_is_alone_in_the_first_tier():
    rows = compute(Board.of(season_of()))["all", "rps"]

    assert [(each.tier, each.rank_best, each.rank_worst) for each in rows.values()].count((1, 1, 1)) == 1
    assert (rows[oracle().name].tier, rows[homer().name].tier, rows[coin().name].tier) == (1, 2, 3)
    assert (rows[coin().name].rank_best, rows[coin().name].rank_worst) == (3, 3)


def test_the_interval_to_the_leader_is_that_of_their_common_matches():
    season = season_of()
    row = compute(Board.of(season))["all", "rps"][homer().name]

    differences = scores_of(homer()) - scores_of(oracle())
    numbers = dict(BoardMember.objects.filter(scope="season").values_list("forecaster__name", "number"))
    alpha = pair_alpha(numbers[homer().name], numbers[oracle().name])
    low, high = interval(60, differences.sum(), (differences**2).sum(), alpha)
    assert (row.low, row.high) == (pytest.approx(float(low), abs=1e-8), pytest.approx(float(high), abs=1e-8))
    assert (row.common, row.coverage) == (60, 1)


def test_the_interval_of_the_average_is_that_of_all_own_matches():
    row = compute(Board.of(season_of()))["all", "rps"][homer().name]

    own = scores_of(homer())
    low, high = interval(60, own.sum(), (own**2).sum())
    assert row.mean_low == pytest.approx(float(low), abs=1e-8)
    assert row.mean_high == pytest.approx(float(high), abs=1e-8)


def test_the_adjusted_score_equals_least_squares_with_dummies():
    seldom = ForecasterFactory(name="Seldom")
    season = season_of(seldom=seldom)
    rows = compute(Board.of(season))["all", "adjusted_rps"]

    found = list(Score.objects.values_list("prediction__forecaster__name", "prediction__match_id", "rps"))
    names, matches = (sorted({row[at] for row in found}) for at in (0, 1))
    design = np.zeros((len(found), len(names) + len(matches)))
    for at, (name, match, _) in enumerate(found):
        design[at, names.index(name)] = design[at, len(names) + matches.index(match)] = 1
    scores = np.array([row[2] for row in found])
    effects = np.linalg.lstsq(design, scores, rcond=None)[0][: len(names)]
    expected = dict(zip(names, effects - effects.mean() + scores.mean(), strict=True))
    for name, row in rows.items():
        assert row.adjusted == pytest.approx(expected[name], abs=1e-8)


@pytest.mark.parametrize(("most", "has_adjusted"), [(3, True), (2, False)])
def test_a_board_with_as_many_forecasters_as_are_compared_has_adjusted_scores(
    monkeypatch, most, has_adjusted
):
    monkeypatch.setattr(board_sums, "MOST_MEMBERS", most)

    rows = compute(Board.of(season_of(count=12)))

    assert len(rows["all", "rps"]) == most
    assert (("all", "adjusted_rps") in rows) is has_adjusted


def test_nothing_is_stated_about_a_row_with_few_matches():
    seldom = ForecasterFactory(name="Seldom")
    row = compute(Board.of(season_of(seldom=seldom)))["all", "rps"][seldom.name]

    assert (row.low, row.high, row.mean_low, row.rank_best, row.rank_worst, row.tier) == (None,) * 6
    assert (row.common, row.coverage) == (15, 0.25)


def test_the_difficulty_of_a_match_is_what_an_average_forecaster_scores():
    season = season_of(count=12)
    compute(Board.of(season))

    rows = MatchDifficulty.objects.filter(match__season=season)
    scores = Score.objects.filter(prediction__match__season=season)
    mean = sum(row.rps for row in rows) / 12
    assert mean == pytest.approx(sum(score.rps for score in scores) / 36)
    assert {row.predictions for row in rows} == {3}
    chances = [score.prediction.p_home for score in scores.filter(prediction__match=rows[0].match)]
    assert rows[0].outcome_probability == pytest.approx(sum(chances) / 3)


def test_a_void_match_loses_its_difficulty():
    season = season_of(count=12)
    board = Board.of(season)
    compute(board)
    match = season.matches.earliest("kickoff_at")
    record(match, status="cancelled")
    scoring.score_match(match_id=match.pk, settled_at=timezone.now())
    refresh_now(at=timezone.now())
    compute(board)

    assert MatchDifficulty.objects.filter(match__season=season).count() == 11


def test_a_refresh_queues_a_job_for_each_board_of_the_season():
    season = season_of(count=3)
    keys = JobRun.objects.filter(kind="compute_board_inference").values_list("key", flat=True)
    assert set(keys) == {f"season:{season.pk}", f"competition:{season.competition_id}", "overall:0"}

    runs = run_waiting("compute_board_inference")

    assert [run.state for run in runs] == [JobRun.State.DONE] * 3
    assert BoardInference.objects.filter(scope="overall", ordering="rps").exists()


def test_numbers_of_members_never_change():
    season = season_of(count=3)
    board = Board.of(season)
    compute(board)
    first = dict(BoardMember.objects.filter(scope="season").values_list("forecaster_id", "number"))
    (match,) = matches_of(season, 1, first=3)
    late = ForecasterFactory(name="Latecomer")
    predict(match, late, (2, 1), SURE)
    settle(match)
    refresh_now(at=timezone.now())
    compute(board)

    numbers = dict(BoardMember.objects.filter(scope="season").values_list("forecaster_id", "number"))
    assert numbers == first | {late.pk: 4}


def test_a_board_of_one_provenance_has_no_rows_of_its_own():
    rows = compute(Board.of(season_of(count=3)))

    assert {provenance for provenance, _ in rows} == {"all"}


def test_a_leader_outside_the_panel_leaves_the_differences_open():
    season = season_of()
    Participant.objects.filter(forecaster=oracle()).update(role="outside")

    rows = compute(Board.of(season))["all", "rps"]

    assert oracle().name not in rows
    assert (rows[homer().name].low, rows[homer().name].common) == (None, None)
    assert (rows[homer().name].rank_best, rows[homer().name].rank_worst) == (1, 2)
    assert not BoardInference.objects.filter(ordering="adjusted_rps").exists()


def test_the_order_by_adjusted_score_ranks_by_it():
    seldom = ForecasterFactory(name="Seldom")
    season = season_of(seldom=seldom)
    board = Board.of(season)
    compute(board)

    rows = [row for row in leaderboard(board, ordering="adjusted_rps") if row.rank]  # type: ignore[attr-defined]

    assert [row.forecaster.name for row in rows] == [oracle().name, homer().name, coin().name, seldom.name]
    assert isinstance(rows[0], LeaderboardRow)
