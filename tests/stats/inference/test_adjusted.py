"""Adjusted scores, compared with least squares on a design matrix."""

import csv
from itertools import combinations

import numpy as np
import pytest

from stats.inference.adjusted import NOT_CONNECTED, adjusted_scores, match_difficulty
from tests.real_data import HAVE_PACK, PACK


def adjusted(scores):
    """Return the adjusted scores from sums over matches; `scores` are matches x rows, NaN if missing."""
    rows = scores.shape[1]
    weights = dict.fromkeys(combinations(range(rows), 2), 0.0)
    residuals = np.zeros(rows)
    for match in scores:
        there = np.flatnonzero(~np.isnan(match))
        for pair in combinations(there, 2):
            weights[pair] += 1 / len(there)
        residuals[there] += match[there] - match[there].mean() if len(there) else 0
    first, second = np.array(list(weights), dtype=int).reshape(-1, 2).T
    totals, matches = np.nansum(scores, axis=0), (~np.isnan(scores)).sum(axis=0)
    return adjusted_scores(first, second, np.array(list(weights.values())), residuals, totals, matches)


def least_squares(scores):
    """Return the effects of rows, with the sum 0, and of matches, by least squares with dummies."""
    match, row = np.nonzero(~np.isnan(scores))
    design = np.hstack([np.eye(scores.shape[1])[row], np.eye(scores.shape[0])[match]])
    solution = np.linalg.lstsq(design, scores[match, row])[0]
    effect, difficulty = np.split(solution, [scores.shape[1]])
    return effect - effect.mean(), difficulty + effect.mean()


def with_gaps(seed: int):
    rng = np.random.default_rng(seed)
    rows = int(rng.integers(3, 15))
    scores = rng.normal(0, 0.05, rows) + rng.normal(0.2, 0.1, (80, 1)) + rng.normal(0, 0.05, (80, rows))
    scores[rng.random(scores.shape) < rng.uniform(0, 0.7, rows)] = np.nan
    return scores[(~np.isnan(scores)).any(axis=1)]


@pytest.mark.parametrize("seed", range(20))
def test_adjusted_scores_are_the_least_squares_solution(seed):
    scores = with_gaps(seed)
    found = adjusted(scores)
    effect, difficulty = least_squares(scores)
    match, row = np.nonzero(~np.isnan(scores))

    assert found.is_connected.all()
    assert np.abs(found.effect - effect).max() < 1e-9 * np.abs(effect).max()
    np.testing.assert_allclose(found.score, effect + scores[match, row].mean(), rtol=1e-9)
    np.testing.assert_allclose(
        match_difficulty(match, row, scores[match, row], found.effect), difficulty, rtol=1e-9, atol=1e-12
    )


def test_without_gaps_they_are_the_mean_scores():
    scores = np.random.default_rng(0).random((30, 5))

    np.testing.assert_allclose(adjusted(scores).score, scores.mean(axis=0), rtol=1e-12)


def test_predicting_only_easy_matches_is_no_advantage():
    scores = np.array([[0.1, 0.1], [0.1, 0.1], [0.4, np.nan], [0.4, np.nan]])

    assert np.nanmean(scores, axis=0) == pytest.approx([0.25, 0.1])
    assert adjusted(scores).effect == pytest.approx([0, 0])


def test_rows_without_a_chain_of_common_matches_to_the_leader_have_no_score():
    nan = np.nan
    scores = np.array([[0.1, 0.2, nan, nan], [nan, nan, 0.3, 0.4], [0.2, 0.3, nan, nan]])
    found = adjusted(scores)

    assert found.is_connected.tolist() == [True, True, False, False]
    assert found.score[:2] == pytest.approx([0.15, 0.25])
    assert np.isnan(found.score[2:]).all()
    assert "leader" in NOT_CONNECTED
    match, row = np.nonzero(~np.isnan(scores))
    difficulty = match_difficulty(match, row, scores[match, row], found.effect)
    assert difficulty == pytest.approx([0.15, nan, 0.25], nan_ok=True)


def test_a_chain_of_common_matches_is_enough():
    nan = np.nan
    found = adjusted(np.array([[0.1, 0.2, nan], [nan, 0.2, 0.3]]))

    assert found.effect == pytest.approx([-0.1, 0, 0.1])


def test_a_leader_alone_keeps_its_mean():
    found = adjusted(np.array([[0.1], [0.3]]))

    assert found.score == pytest.approx([0.2])


@pytest.mark.skipif(not HAVE_PACK, reason="REAL_PACK is not set")
def test_the_real_world_cup_is_the_least_squares_solution():
    scores = world_cup_rps()
    effect, _ = least_squares(scores)
    found = adjusted(scores).effect

    assert np.abs(found - effect).max() < 1e-9 * np.abs(effect).max()


def world_cup_rps():
    from scoring.rules import Probabilities, ranked_probability_score

    with (PACK / "matches.csv").open() as matches, (PACK / "forecasts.csv").open() as forecasts:
        results = {
            row["id"]: (int(row["home_score"]), int(row["away_score"]))
            for row in csv.DictReader(matches)
            if row["id"].startswith("wc26")
        }
        rows = [row for row in csv.DictReader(forecasts) if row["match_id"] in results]
    places = {name: place for place, name in enumerate(sorted({row["forecaster"] for row in rows}))}
    numbers = {match: number for number, match in enumerate(results)}
    scores = np.full((len(numbers), len(places)), np.nan)
    for row in rows:
        p = Probabilities(*(float(row[f"p_{each}"]) for each in ("home", "draw", "away")))
        score = ranked_probability_score(p, results[row["match_id"]])
        scores[numbers[row["match_id"]], places[row["forecaster"]]] = score
    return scores
