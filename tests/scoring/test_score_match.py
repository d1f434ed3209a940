"""Settling a match: once, on the newest result, for everybody, and again when the facts change."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.pipeline.models import JobRun
from matches.models import Match
from scoring import jobs, services
from scoring.models import Score, Settlement, SettlementScore
from tests.factories import (
    ForecasterFactory,
    MatchFactory,
    coin,
    homer,
    oracle,
    predict,
    record,
    time_passes,
    upcoming_match,
)
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db


def score(match: Match, **options: object) -> bool:
    return services.score_match(match_id=match.pk, settled_at=timezone.now(), **options)


def points() -> dict[str, int | None]:
    return dict(Score.objects.values_list("prediction__forecaster__name", "points"))


@pytest.fixture
def match() -> Match:
    match = MatchFactory()
    predict(match, oracle(), (2, 1), (0.6, 0.25, 0.15))
    predict(match, homer(), (1, 0))
    predict(match, coin(), None, (1 / 3, 1 / 3, 1 / 3))
    return match


def test_every_prediction_is_scored_by_what_it_says(match):
    record(match, 2, 1)

    assert score(match) is True

    settlement = Settlement.objects.get()
    assert (settlement.quota_home, settlement.quota_draw, settlement.quota_away) == (2, 6, 6)
    assert points() == {"The Oracle": 6, "The Homer": 3, "The Coin": None}
    assert Score.objects.get(prediction__forecaster__name="The Homer").rps is None


def test_scoring_twice_changes_nothing(match):
    record(match, 2, 1)
    score(match)
    before = list(Score.objects.values())

    assert score(match) is False
    assert list(Score.objects.values()) == before
    assert Settlement.objects.count() == 1


def test_a_corrected_result_is_scored_again_and_the_old_scores_stay_readable(match):
    record(match, 2, 1)
    score(match)
    record(match, 0, 1)

    assert score(match) is True

    first, second = Settlement.objects.order_by("number")
    assert (first.superseded_at is not None, second.superseded_at, second.result_version) == (True, None, 2)
    assert points() == {"The Oracle": 0, "The Homer": 0, "The Coin": None}
    assert (
        SettlementScore.objects.get(settlement=first, prediction__forecaster__name="The Oracle").points == 6
    )


def test_an_archive_prediction_that_arrives_late_settles_the_match_anew(match):
    record(match, 2, 1)
    run_waiting("score_match")

    predict(match, ForecasterFactory(name="The Contrarian"), (0, 2))
    run_waiting("score_match")

    settlement = Settlement.objects.get(superseded_at__isnull=True)
    assert (settlement.number, settlement.predictions) == (2, 4)
    assert points()["The Contrarian"] == 0


@pytest.mark.parametrize("status", ["cancelled", "abandoned", "awarded"])
def test_a_void_match_gets_a_settlement_without_scores(match, status):
    record(match, status=status)

    score(match)

    settlement = Settlement.objects.get()
    assert (settlement.voided, settlement.quota_home, settlement.predictions) == (True, None, 3)
    assert not Score.objects.exists()


def test_a_match_without_predictions_is_settled_too():
    match = MatchFactory()
    record(match, 0, 0)

    score(match)

    settlement = Settlement.objects.get()
    assert (settlement.predictions, settlement.quota_home, settlement.voided) == (0, 6, False)


def test_a_match_that_is_live_again_loses_its_settlement(match):
    record(match, 2, 1)
    score(match)
    record(match, 2, 1, status="live")

    assert score(match) is True

    assert not Settlement.objects.filter(superseded_at__isnull=True).exists()
    assert not Score.objects.exists()


def test_a_match_that_goes_on_is_not_settled(match):
    record(match, 1, 0, status="live")

    assert score(match) is False
    assert not JobRun.objects.filter(kind="score_match").exists()


def test_live_picks_alone_set_the_quotas():
    match = upcoming_match()
    predict(match, oracle(), (2, 1), provenance="live")
    for name in (homer, coin):
        predict(match, name(), (0, 0), provenance="archive")
    time_passes(match, timedelta(days=1, hours=2))
    record(match, 0, 0)

    score(match)

    settlement = Settlement.objects.get()
    assert (settlement.quota_home, settlement.quota_draw) == (2, 6)
    assert points() == {"The Oracle": 0, "The Homer": 10, "The Coin": 10}


def test_the_database_allows_one_current_settlement_a_match(match):
    record(match, 2, 1)
    score(match)
    twin = Settlement.objects.get()
    twin.pk, twin.number = None, 2

    with pytest.raises(IntegrityError, match="settlement_one_current"), transaction.atomic():
        twin.save()


def test_extra_time_counts_where_the_competition_says_so(match):
    competition = match.season.competition
    competition.score_basis = "after_extra_time"
    competition.save()
    record(match, 1, 1, home_score_aet=2, away_score_aet=1, home_penalties=None)

    score(match)

    assert points()["The Oracle"] == 6


def test_the_shootout_never_counts(match):
    record(match, 1, 1, home_score_aet=1, away_score_aet=1, home_penalties=5, away_penalties=4)

    score(match)

    assert points()["The Oracle"] == 0


def test_a_job_that_finds_everything_done_is_skipped(match):
    record(match, 2, 1)
    score(match)

    (run,) = run_waiting("score_match")

    assert (run.state, run.error) == ("skipped", "The match is already settled with its newest result.")


def test_the_sweep_finds_a_finished_match_that_nobody_asked_to_score(match):
    record(match, 2, 1)
    JobRun.objects.all().delete()

    assert jobs.sweep_unsettled(timezone.now()) == 1
    assert jobs.sweep_unsettled(timezone.now()) == 0, "it waits already"


def test_rescore_queues_a_season(match, capsys):
    record(match, 2, 1)
    run_waiting()

    call_command("rescore", "--season", str(match.season_id), "--json")

    assert '"queued": 1' in capsys.readouterr().out


def test_rescore_of_an_unknown_match_says_so():
    with pytest.raises(CommandError, match="No match with a final result"):
        call_command("rescore", "4711")
