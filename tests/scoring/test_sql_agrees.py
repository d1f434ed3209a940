"""The set-based statement and the pure rules say the same, on every field that hypothesis can think of."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import assume, given
from hypothesis import strategies as st

from matches.models import Forecaster, Prediction
from matches.models.predictions import sum_to_one
from scoring import rules, services
from scoring.models import Score, Settlement
from tests.example_counts import examples
from tests.factories import MatchFactory, predict, record, time_passes, upcoming_match

pytestmark = pytest.mark.django_db

goals = st.one_of(st.integers(0, 4), st.integers(0, 30))
scores = st.tuples(goals, goals)


@st.composite
def probabilities(draw):
    """Three probabilities with any sum that the database accepts: 0.999 to 1.001."""
    weights = [draw(st.integers(0, 10_000)) for _ in range(3)]
    weights = weights if sum(weights) else [1, 1, 1]
    total = draw(st.just(1.0) | st.floats(0.999, 1.001))
    chances = tuple(total * weight / sum(weights) for weight in weights)
    assume(sum_to_one(*chances) and max(chances) <= 1)
    return chances


@st.composite
def forecasts(draw):
    score = draw(st.none() | scores)
    chances = draw(probabilities() if score is None else st.none() | probabilities())
    return score, chances, draw(st.sampled_from(["live", "archive"]))


@pytest.fixture
def crowd():
    return [
        Forecaster.objects.create(slug=f"voice-{number}", name=f"Voice {number}", kind="human")
        for number in range(12)
    ]


@examples(120)
@given(field=st.lists(forecasts(), max_size=12), result=scores)
def test_sql_and_rules_agree_on_every_prediction(crowd, field, result):
    match = upcoming_match()
    for who, (score, chances, provenance) in zip(crowd, field, strict=False):
        predict(match, who, score, chances, provenance)
    time_passes(match, timedelta(days=1, hours=2))
    record(match, *result)

    services.score_match(match_id=match.pk, settled_at=timezone.now())

    settlement = Settlement.objects.get(match=match)
    worth = expected_quotas(field)
    assert (settlement.quota_home, settlement.quota_draw, settlement.quota_away) == worth
    assert settlement.predictions == len(field)
    stored = {
        row.prediction.forecaster_id: row
        for row in Score.objects.filter(settlement=settlement).select_related("prediction")
    }
    assert len(stored) == len(field)
    for who, (score, chances, _provenance) in zip(crowd, field, strict=False):
        assert_same(stored[who.pk], score, chances, result, worth)


def expected_quotas(field) -> rules.Quotas:
    """Live score predictions alone set the quotas where there are any, else the archive field does."""
    live = [score for score, _, provenance in field if score and provenance == "live"]
    picks = live or [score for score, _, _ in field if score]
    tendencies = [rules.tendency(*pick) for pick in picks]
    return rules.quotas(*(tendencies.count(each) for each in ("home", "draw", "away")))


def assert_same(row, score, chances, result, worth):
    points = rules.points(score, result, worth) if score else None
    assert row.points == (points.total if points else None)
    assert row.tendency_points == (points.tendency if points else None)
    assert row.goal_difference_points == (points.goal_difference if points else None)
    assert row.exact_points == (points.exact if points else None)
    p = rules.Probabilities(*chances) if chances else None
    assert row.rps == (rules.ranked_probability_score(p, result) if p else None)
    assert row.brier == (rules.brier_score(p, result) if p else None)
    assert row.log_score == (rules.log_score(p, result) if p else None)


def test_a_settlement_says_which_rule_it_used():
    match = MatchFactory()
    record(match, 1, 0)

    services.score_match(match_id=match.pk, settled_at=timezone.now())

    assert Settlement.objects.get().rule == rules.RULE
    assert Prediction.objects.count() == 0
