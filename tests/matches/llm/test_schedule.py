"""Schedule of predictions: one queued job per match and forecaster, moved with the kickoff."""

from datetime import datetime, timedelta

import django_rq
import pytest
from django.utils import timezone

from core.pipeline import ledger, reconciler
from core.pipeline.models import JobRun
from matches.llm.receivers import close_abandoned_questions, on_match_saved, schedule_missing_jobs
from matches.llm.schedule import reschedule_matches
from matches.models import Endpoint, Forecaster, LLMQuestion, Match
from matches.services.seasons import NewMatch, add_matches
from tests.factories import (
    EndpointFactory,
    ForecasterFactory,
    SeasonFactory,
    TeamFactory,
    move,
    oracle,
    record,
    time_passes,
    upcoming_match,
)
from tests.loopback_llm import PICK, fails, says
from tests.matches.llm.conftest import KIND, run_once, soon, waiting

pytestmark = pytest.mark.django_db


def due(match: Match, forecaster: Forecaster | None = None) -> datetime | None:
    """Return the due time of the queued job of this match."""
    runs = JobRun.objects.filter(kind=KIND, state="queued", subject=f"match:{match.pk}")
    if forecaster:
        runs = runs.filter(key=f"{match.pk}-{forecaster.pk}")
    return runs.values_list("due_at", flat=True).first()


def ask_before(settings, match: Match) -> datetime:
    match.refresh_from_db()
    return match.kickoff_at - settings.PREDICT_BEFORE


def test_a_match_that_is_added_is_asked_about_half_an_hour_before(sage, settings):
    match = upcoming_match()

    assert timedelta(minutes=30) == settings.PREDICT_BEFORE
    assert due(match) == ask_before(settings, match)


def test_a_season_of_fixtures_is_scheduled(sage, settings):
    kickoffs = [timezone.now() + timedelta(days=day) for day in (1, 2, 3)]
    fixtures = [
        NewMatch(
            kickoff_at=at,
            home_team=TeamFactory(name="Ashford"),
            away_team=TeamFactory(name="Barrow"),
            round_label=f"Matchday {number}",
        )
        for number, at in enumerate(kickoffs)
    ]

    add_matches(SeasonFactory(), fixtures)

    dues = JobRun.objects.filter(kind=KIND).order_by("due_at").values_list("due_at", flat=True)
    assert list(dues) == [at - settings.PREDICT_BEFORE for at in kickoffs]


def test_each_forecaster_has_a_job_of_its_own(sage):
    other = EndpointFactory(forecaster__name="The Seer").forecaster
    match = upcoming_match()

    assert due(match, sage) == due(match, other) is not None
    assert JobRun.objects.filter(kind=KIND).count() == 2


def test_other_forecasters_have_no_jobs(db):
    oracle()
    ForecasterFactory(name="The Mute", kind="llm")

    upcoming_match()

    assert not JobRun.objects.filter(kind=KIND).exists()


def test_a_kickoff_that_moves_moves_the_job(sage, settings):
    match = upcoming_match()
    (run,) = JobRun.objects.filter(kind=KIND)

    for kickoff_at in (match.kickoff_at + timedelta(days=3), match.kickoff_at - timedelta(hours=6)):
        move(match, kickoff_at)
        assert due(match) == ask_before(settings, match)

    assert JobRun.objects.get(kind=KIND).pk == run.pk


@pytest.mark.parametrize("status", ["postponed", "cancelled"])
def test_a_match_that_is_called_off_cancels_the_job(sage, status):
    match = upcoming_match()

    record(match, status=status)

    run = JobRun.objects.get(kind=KIND)
    assert (run.state, "no valid kickoff" in run.error) == ("skipped", True)


def test_an_awarded_match_cancels_the_job(sage):
    match = upcoming_match()

    record(match, 3, 0, status="awarded")

    assert due(match) is None


def test_a_match_that_is_on_again_is_asked_about_again(sage, settings):
    match = upcoming_match()
    record(match, status="postponed")
    assert due(match) is None

    move(match, match.kickoff_at + timedelta(days=7), reschedule=True)

    assert due(match) == ask_before(settings, match)


def test_a_new_kickoff_holds_even_while_the_match_is_still_called_postponed(sage, settings):
    match = upcoming_match()
    record(match, status="postponed")

    move(match, match.kickoff_at + timedelta(days=7))

    assert due(match) == ask_before(settings, match)


def test_a_kickoff_moved_before_the_postponement_is_not_valid(sage):
    match = upcoming_match()
    move(match, match.kickoff_at + timedelta(hours=1))

    record(match, status="postponed")

    assert due(match) is None


def test_a_forecaster_that_comes_later_is_asked_about_all_matches_to_come(db, settings):
    matches = [upcoming_match(), soon(60)]
    over = soon(-60)

    EndpointFactory()

    assert [due(match) for match in matches] == [ask_before(settings, match) for match in matches]
    assert due(over) is None


def test_disabling_an_endpoint_cancels_its_jobs_and_enabling_restores_them(sage, settings):
    match = upcoming_match()
    endpoint = Endpoint.objects.get()

    endpoint.enabled = False
    endpoint.save()
    assert due(match) is None

    endpoint.enabled = True
    endpoint.save()
    assert due(match) == ask_before(settings, match)


def test_a_forecaster_active_from_a_date_predicts_later_matches_only(sage, settings):
    first, second = upcoming_match(), soon(60 * 72)
    sage.active_from = timezone.now() + timedelta(days=2)
    sage.save()

    assert (due(first), due(second)) == (None, ask_before(settings, second))


def test_an_added_match_is_due_at_once_where_less_time_is_left(sage):
    match = soon(10)

    assert due(match) < timezone.now()


def test_a_result_makes_no_query_of_the_ledger(sage, django_assert_num_queries):
    match = upcoming_match()
    match.status = "finished"

    with django_assert_num_queries(0):
        on_match_saved(instance=match, raw=False, update_fields=frozenset({"status", "home_score"}))


def test_without_endpoints_the_ledger_is_not_queried(db, django_assert_num_queries):
    match = upcoming_match()

    with django_assert_num_queries(1):
        reschedule_matches([match.pk], now=timezone.now())


# --- A kickoff that moves after the question --------------------------------------------------------


def test_a_moved_kickoff_makes_a_new_question_whose_pick_counts(match, sage, endpoint_server):
    endpoint_server.behave(says(PICK), says({**PICK, "home_goals": 0, "away_goals": 0}))
    run_once()
    move(match, match.kickoff_at + timedelta(minutes=5))

    run_once()

    assert list(LLMQuestion.objects.order_by("pk").values_list("state", flat=True)) == [
        "answered",
        "answered",
    ]
    assert match.predictions.current().get().home_goals == 0
    assert match.predictions.count() == 2


def test_a_kickoff_moved_back_makes_no_new_question(match, endpoint_server):
    kickoff_at = match.kickoff_at
    run_once()
    move(match, kickoff_at + timedelta(minutes=5))
    move(match, kickoff_at)

    assert not JobRun.objects.filter(kind=KIND, state="queued").exists()
    assert len(endpoint_server.asked) == 1


def test_a_question_about_the_former_kickoff_is_ended_as_moved(match, endpoint_server):
    endpoint_server.behave(fails(500))
    run_once()
    move(match, match.kickoff_at + timedelta(hours=1))

    assert close_abandoned_questions(timezone.now()) == 1

    question = LLMQuestion.objects.get()
    assert (question.state, question.reason) == ("missed", "moved")


# --- The reconciler ---------------------------------------------------------------------------------


def test_the_reconciler_schedules_a_lost_job_again(match, settings):
    JobRun.objects.filter(kind=KIND).delete()

    assert schedule_missing_jobs(timezone.now()) == 1
    assert schedule_missing_jobs(timezone.now()) == 0
    assert due(match) == ask_before(settings, match)


def test_the_reconciler_ignores_matches_far_ahead(sage):
    soon(60 * 24 * 30)
    JobRun.objects.filter(kind=KIND).delete()

    assert schedule_missing_jobs(timezone.now()) == 0


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_failed_and_cancelled_jobs_are_not_scheduled_again(match, state):
    JobRun.objects.filter(kind=KIND).update(state=state, finished_at=timezone.now())

    assert schedule_missing_jobs(timezone.now()) == 0


def test_a_failed_job_is_scheduled_again_after_a_kickoff_move(match):
    JobRun.objects.filter(kind=KIND).update(state="failed", finished_at=timezone.now())
    move(match, match.kickoff_at + timedelta(hours=1))
    JobRun.objects.filter(kind=KIND, state="queued").delete()

    assert schedule_missing_jobs(timezone.now()) == 1


def test_a_closed_question_is_not_scheduled_again(match, endpoint_server):
    run_once()

    assert schedule_missing_jobs(timezone.now()) == 0


def test_a_skipped_job_is_not_scheduled_again_and_again(match, sage):
    Forecaster.objects.filter(pk=sage.pk).update(retired_at=timezone.now())
    run_once()

    assert schedule_missing_jobs(timezone.now()) == 0


def test_a_question_whose_job_gave_up_is_ended_when_the_match_locks(match, endpoint_server):
    endpoint_server.behave(fails(500))
    run = run_once()
    JobRun.objects.filter(pk=run.pk).update(state="failed", finished_at=timezone.now())
    assert close_abandoned_questions(timezone.now()) == 0
    time_passes(match, timedelta(minutes=21))

    assert close_abandoned_questions(timezone.now()) == 1

    question = LLMQuestion.objects.get()
    assert (question.state, question.reason) == ("missed", "lost")


def test_a_question_with_a_queued_job_stays_open(match, endpoint_server):
    endpoint_server.behave(fails(500))
    run_once()

    assert close_abandoned_questions(timezone.now() + timedelta(hours=1)) == 0


@pytest.mark.django_db(transaction=True)
def test_the_reconciler_runs_both_checks(redis_queues):
    EndpointFactory()
    soon()
    JobRun.objects.filter(kind=KIND).delete()

    swept = reconciler.reconcile(now=timezone.now()).swept

    assert swept["questions not asked"] == 1
    assert swept["questions left open"] == 0


@pytest.mark.django_db(transaction=True)
def test_a_question_to_come_waits_in_rq_scheduler(redis_queues):
    EndpointFactory()
    match = soon(45)

    run = waiting(subject=f"match:{match.pk}")
    assert run.queue == "forecasts"
    assert run.rq_job_id in django_rq.get_scheduler("forecasts")
    assert ledger.claim(run.pk, now=timezone.now()) is None, "it is not due yet"
