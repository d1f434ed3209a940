"""Batches in the hands of real work-horses: time limits by signal, SIGKILL in the middle."""

import os
import signal
import time
from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from core.pipeline import ledger, reconciler, scheduling
from core.pipeline.models import JobRun
from matches.models import Team
from scoring.models import Score, Settlement
from tests.core.pipeline.burst import kind, work
from tests.crew import crew
from tests.factories import MatchFactory, homer, predict, record

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]


def ask(*keys: str, kind: str) -> None:
    ledger.enqueue(kind, dict.fromkeys(keys, ""), now=timezone.now())


def found(name: str) -> None:
    Team.objects.create(slug=name.lower(), name=name, short_name=name)


def states() -> dict[str, str]:
    return dict(JobRun.objects.values_list("key", "state"))


def test_a_job_that_takes_too_long_within_a_batch_is_ended_and_the_rest_goes_on(redis_queues, short_jobs):
    def slow_second(*, run):
        found(f"Team{run.key}")
        if run.key == "2":
            time.sleep(60)

    with kind(slow_second) as name:
        ask("1", "2", "3", kind=name)
        work()

    assert states() == {"1": "done", "2": "queued", "3": "done"}
    assert "JobTimeoutException" in JobRun.objects.get(key="2").error
    assert set(Team.objects.values_list("name", flat=True)) == {"Team1", "Team3"}


def test_each_run_of_a_batch_has_the_whole_time_for_itself(redis_queues, short_jobs):
    """Two seconds a job: RQ's one alarm would end the second."""

    def long_enough(*, run):
        time.sleep(1.4)

    with kind(long_enough) as name:
        ask("1", "2", kind=name)
        work()

    assert states() == {"1": "done", "2": "done"}
    assert set(JobRun.objects.values_list("attempt", flat=True)) == {1}


def test_a_time_limit_that_is_swallowed_within_a_batch_is_still_a_failure(redis_queues, short_jobs):
    def stubborn_second(*, run):
        found(f"Team{run.key}")
        if run.key == "2":
            with suppress(Exception):  # the very fault to be caught
                time.sleep(60)

    with kind(stubborn_second) as name:
        ask("1", "2", kind=name)
        work()

    assert states() == {"1": "done", "2": "queued"}
    assert "Overran" in JobRun.objects.get(key="2").error
    assert Team.objects.get().name == "Team1"


def test_a_work_horse_that_is_killed_within_a_batch_loses_the_run_in_its_hands_only(redis_queues):
    def deadly_second(*, run):
        found(f"Team{run.key}")
        if run.key == "2" and run.attempt == 1:
            os.kill(os.getpid(), signal.SIGKILL)

    with kind(deadly_second) as name:
        ask("1", "2", "3", kind=name)
        work()
        assert states() == {"1": "done", "2": "running", "3": "done"}

        lost = JobRun.objects.get(key="2")
        reconciler.reconcile(now=lost.lease_until + timedelta(seconds=1))
        JobRun.objects.filter(pk=lost.pk).update(due_at=timezone.now(), pushed_at=None)
        scheduling.push_on_commit([lost.pk])
        work()

    assert states() == {"1": "done", "2": "done", "3": "done"}
    assert dict(JobRun.objects.values_list("key", "attempt")) == {"1": 1, "2": 2, "3": 1}
    assert Team.objects.count() == 3


def test_a_worker_that_is_killed_in_the_middle_of_a_batch_loses_at_most_one_run(redis_queues, tmp_path):
    """The real worker, kept alive by the real supervisor; a whole archive waits behind one delivery."""
    matches = [MatchFactory() for _ in range(300)]
    for match in matches:
        predict(match, homer(), (1, 0))
    for match in matches:
        record(match, 2, 1)
    with crew(tmp_path, JOB_LEASE="4", ROUNDUP_DELAY="600") as team:
        team.until(lambda: Settlement.objects.count() >= 5)
        os.kill(team["scoring"].pid, signal.SIGKILL)
        scored = Settlement.objects.count()
        team.until(lambda: Settlement.objects.filter(folded_at__isnull=False).count() == 300)

    assert scored < 300, "the batch was over before the blow"
    runs = JobRun.objects.filter(kind="score_match")
    assert set(runs.values_list("state", flat=True)) == {"done"}
    assert runs.filter(attempt__gt=1).count() <= 1
    assert Settlement.objects.count() == Score.objects.count() == 300
