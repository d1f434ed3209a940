"""Pause after five failures in a row: effect on other matches, and where the pause is shown."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from core.pipeline import health
from core.pipeline.models import JobRun
from matches.llm.usage_limits import FAILURE_THRESHOLD
from matches.models import Endpoint, LLMQuestion, Match
from ops.counts import troubled_jobs
from tests.factories import MatchFactory, TeamFactory
from tests.loopback_llm import PICK, is_silent, says
from tests.matches.llm.conftest import KIND, run_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(sage) -> list[Match]:
    """Eight matches in twenty minutes."""
    return [
        MatchFactory(
            kickoff_at=timezone.now() + timedelta(minutes=20),
            home_team=TeamFactory(name=f"Home {number}"),
            away_team=TeamFactory(name=f"Away {number}"),
        )
        for number in range(8)
    ]


def runs() -> list[JobRun]:
    return list(JobRun.objects.filter(kind=KIND, state="queued").order_by("pk"))


def reasons() -> list[str]:
    return list(LLMQuestion.objects.filter(state="missed").order_by("pk").values_list("reason", flat=True))


@pytest.fixture
def failed(many, endpoint_server) -> list[JobRun]:
    """Five refusals; returns the jobs of the other three matches."""
    endpoint_server.behave(says(None, refusal="No."))
    for run in runs()[:FAILURE_THRESHOLD]:
        run_once(run)
    return runs()


def test_the_sixth_match_is_not_asked_about_but_waits_for_the_trial(failed, endpoint_server):
    run = run_once(failed[0])

    endpoint = Endpoint.objects.get()
    assert (run.state, run.due_at) == ("queued", endpoint.paused_until)
    assert len(endpoint_server.asked) == FAILURE_THRESHOLD
    assert reasons() == ["refusal"] * FAILURE_THRESHOLD


def test_a_pause_beyond_the_lock_is_a_miss(failed, settings):
    Endpoint.objects.update(paused_until=timezone.now() + timedelta(minutes=25))

    run = run_once(failed[0])

    assert run.state == "done"
    assert reasons()[-1] == "paused"
    assert Endpoint.objects.get().failures_in_row == FAILURE_THRESHOLD, "not to be asked is no failure"


def test_an_answered_trial_ends_the_pause_for_all_matches(failed, endpoint_server):
    Endpoint.objects.update(paused_until=timezone.now() - timedelta(seconds=1))
    endpoint_server.behave(says(PICK))

    run_once(failed[0])
    run_once(failed[1])

    endpoint = Endpoint.objects.get()
    assert (endpoint.failures_in_row, endpoint.paused_at) == (0, None)
    assert LLMQuestion.objects.filter(state="answered").count() == 2


def test_a_failed_trial_prolongs_the_pause_for_all_matches(failed, endpoint_server):
    Endpoint.objects.update(paused_until=timezone.now() - timedelta(seconds=1))

    run_once(failed[0])
    other = run_once(failed[1])

    endpoint = Endpoint.objects.get()
    assert endpoint.failures_in_row == FAILURE_THRESHOLD + 1
    assert endpoint.paused_until > timezone.now() + timedelta(minutes=9)
    assert (other.state, len(endpoint_server.asked)) == ("queued", FAILURE_THRESHOLD + 1)


def test_misses_without_a_fault_of_the_endpoint_do_not_count(many, endpoint_server):
    Endpoint.objects.update(daily_requests=0)

    for run in runs():
        run_once(run)

    assert reasons() == ["budget"] * 8
    assert Endpoint.objects.get().failures_in_row == 0
    assert endpoint_server.asked == []


def test_a_repaired_answer_is_no_failure(many, endpoint_server):
    endpoint_server.behave(says("prose"), says(PICK))
    run = runs()[0]

    run_once(run)
    run_once(run)

    assert Endpoint.objects.get().failures_in_row == 0


def test_a_question_with_several_requests_is_one_failure(many, endpoint_server):
    endpoint_server.behave(says("prose"))
    run = runs()[0]

    run_once(run)
    run_once(run)

    assert reasons() == ["invalid"]
    assert Endpoint.objects.get().failures_in_row == 1


def test_a_timeout_is_a_failure(settings, many, endpoint_server):
    queues = settings.RQ_QUEUES
    settings.RQ_QUEUES = {name: {**queue, "DEFAULT_TIMEOUT": 16} for name, queue in queues.items()}
    endpoint_server.behave(is_silent)

    run_once(runs()[0])

    assert reasons() == ["timeout"]
    assert Endpoint.objects.get().failures_in_row == 1


def test_a_pause_is_on_the_operators_board(failed, client):
    client.force_login(User.objects.create_superuser("ada"))

    board = client.get("/admin/pipeline/board/").content.decode()

    assert "Language models paused" in board
    assert "of 1, after failures in a row" in board


@pytest.mark.parametrize(("late", "well"), [(10, True), (16, False)])
def test_queued_questions_raise_no_alarm_for_a_while(many, late, well):
    now = timezone.now()
    JobRun.objects.filter(kind=KIND).update(
        due_at=now - timedelta(minutes=late), pushed_at=now - timedelta(minutes=late)
    )

    (load,) = [load for load in health.queue_loads(now=now) if load.name == "forecasts"]

    assert load.is_overdue(now) is not well
    assert bool(troubled_jobs(now=now)) is not well
