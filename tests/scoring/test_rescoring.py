"""Which settlements another scoring would replace; `score_match` leaves all others alone."""

from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.utils import timezone

from matches.models import Match
from scoring import jobs, rules, services
from scoring.models import Score, Settlement, SettlementScore
from tests.factories import MatchFactory, coin, homer, oracle, predict, record
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def match() -> Match:
    """1-1 after 90 minutes and 2-1 after extra time, with two predictions, scored."""
    match = MatchFactory()
    predict(match, oracle(), (2, 1), (0.6, 0.25, 0.15))
    predict(match, homer(), None, (0.8, 0.1, 0.1))
    record(match, 1, 1, home_score_aet=2, away_score_aet=1)
    run_waiting("score_match")
    return match


def more_predictions(match: Match) -> None:
    predict(match, coin(), (1, 1))


def other_predictions(match: Match) -> None:
    """As many as before, one of them without a score."""
    SettlementScore.objects.filter(prediction__forecaster__name="The Oracle").delete()


def other_basis(match: Match) -> None:
    match.season.competition.score_basis = "after_extra_time"
    match.season.competition.save()


def other_result(match: Match) -> None:
    record(match, 0, 1)


def other_rule(match: Match) -> None:
    Settlement.objects.update(rule="former")


@pytest.mark.parametrize(
    "change", [more_predictions, other_predictions, other_basis, other_result, other_rule]
)
def test_whatever_a_settlement_rests_on_may_change(match, change: Callable[[Match], None]):
    settlement = Settlement.objects.get()
    assert not services.is_outdated(settlement)
    assert not services.score_match(match_id=match.pk, settled_at=timezone.now())

    change(match)

    assert services.is_outdated(settlement)
    assert services.score_match(match_id=match.pk, settled_at=timezone.now())
    settlement.refresh_from_db()
    assert not services.is_outdated(settlement), "it is history"
    assert not services.is_outdated(Settlement.objects.get(superseded_at=None))


def test_scores_of_a_former_rule_stay_until_the_match_is_scored_again(match):
    Settlement.objects.update(rule="quota-2-6/1")

    assert jobs.sweep_unsettled(timezone.now()) == 0
    assert set(Score.objects.values_list("settlement__rule", flat=True)) == {"quota-2-6/1"}

    call_command("rescore", "--all", "--json")
    run_waiting("score_match")

    assert set(Score.objects.values_list("settlement__rule", flat=True)) == {rules.RULE}


def test_a_void_match_is_settled_again_for_more_predictions_but_has_no_score(match):
    record(match, status="cancelled")
    run_waiting("score_match")
    settlement = Settlement.objects.get(superseded_at=None)
    assert settlement.voided
    assert not services.is_outdated(settlement)

    more_predictions(match)

    assert services.is_outdated(settlement)
