"""Random seasons score predictions as the rules of the project do."""

import numpy as np
import pytest

from scoring import rules
from tests.stats.inference.seasons import LANGUAGE_MODELS, points, probabilities, probability_scores, season


def test_scores_are_those_of_the_scoring_rules():
    rng = np.random.default_rng(1)
    p = probabilities(rng.normal(0, 3, (40, 6)), rng.normal(0, 2, (40, 6)))
    goals, picks = rng.poisson(1.4, (40, 2)), rng.poisson(1.4, (40, 6, 2))
    scores = {**probability_scores(p, goals), "points": points(picks, goals)}

    for match, result in enumerate(map(tuple, goals.tolist())):
        chosen = [rules.tendency(*pick) for pick in picks[match].tolist()]
        worth = rules.quotas(*(chosen.count(each) for each in ("home", "draw", "away")))
        for row in range(6):
            stated = rules.Probabilities(*p[match, row].tolist())
            expected = {
                "rps": rules.ranked_probability_score(stated, result),
                "brier": rules.brier_score(stated, result),
                "log": rules.log_score(stated, result),
                "points": rules.points(tuple(picks[match, row].tolist()), result, worth).total,
            }
            assert {name: values[match, row] for name, values in scores.items()} == pytest.approx(expected)


def test_differences_of_scores_spread_as_between_real_language_models():
    scores = season(np.random.default_rng(2), LANGUAGE_MODELS, matches=5000)

    deviations = {name: (each[:, 0] - each[:, 1]).std() for name, each in scores.items()}
    assert deviations["rps"] == pytest.approx(0.07, abs=0.01)
    assert deviations["points"] == pytest.approx(2.5, abs=0.3)
