"""What only a real RQ worker can show: time limits by signal, dead work-horses, poisoned jobs."""

import os
import signal
import time
from contextlib import suppress

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.pipeline import reconciler, scheduling
from core.pipeline.models import JobRun
from matches.models import Team
from tests.core.pipeline.burst import job, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]


def try_again(run: JobRun) -> None:
    """As if the pause before the next attempt were over."""
    JobRun.objects.filter(pk=run.pk).update(due_at=timezone.now(), pushed_at=None)
    scheduling.push_on_commit([run.pk])
    work()


def found(name: str) -> None:
    Team.objects.create(slug=name.lower(), name=name, short_name=name)


def test_a_job_that_takes_too_long_is_ended_by_the_alarm_and_tried_again(redis_queues, short_jobs):
    def endless(*, run):
        found(f"Attempt{run.attempt}")
        if run.attempt == 1:
            time.sleep(60)

    with job(endless) as run:
        work()
        run.refresh_from_db()
        assert (run.state, run.attempt) == ("queued", 1)
        assert "JobTimeoutException" in run.error

        try_again(run)

        run.refresh_from_db()
        assert run.state == "done"
        assert [team.name for team in Team.objects.all()] == ["Attempt2"]


def test_a_time_limit_that_a_broad_except_swallows_is_still_a_failure(redis_queues, short_jobs):
    def stubborn(*, run):
        found("Zombie")
        with suppress(Exception):  # the very fault to be caught
            time.sleep(60)

    with job(stubborn) as run:
        work()

        run.refresh_from_db()
        assert (run.state, run.attempt) == ("queued", 1)
        assert "Overran" in run.error
        assert not Team.objects.exists()


def test_a_statement_that_takes_too_long_is_ended_by_the_database(redis_queues, short_jobs):
    def slow_query(*, run):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(60)")

    with job(slow_query) as run:
        work()

        run.refresh_from_db()
        assert "statement timeout" in run.error


def test_a_work_horse_that_is_killed_leaves_its_lease_and_the_reconciler_frees_it(redis_queues):
    def killed_once(*, run):
        found(f"Attempt{run.attempt}")
        if run.attempt == 1:
            os.kill(os.getpid(), signal.SIGKILL)

    with job(killed_once) as run:
        work()
        run.refresh_from_db()
        assert (run.state, run.attempt) == ("running", 1)
        assert not Team.objects.exists()

        reconciler.reconcile(now=run.lease_until + (timezone.now() - run.started_at))
        run.refresh_from_db()
        assert run.state == "queued"
        try_again(run)

        run.refresh_from_db()
        assert (run.state, run.attempt) == ("done", 2)
        assert [team.name for team in Team.objects.all()] == ["Attempt2"]


def test_a_poisoned_job_fails_three_times_is_shown_and_is_retried_from_the_admin(redis_queues):
    medicine = []

    def poisoned(*, run):
        if not medicine:
            raise ValueError("bad apple")
        found("Cured")

    with job(poisoned) as run:
        work()
        for _ in range(5):  # more often than it is owed
            try_again(run)
        run.refresh_from_db()
        assert (run.state, run.attempt) == ("failed", 3)
        assert run.traceback.count("ValueError: bad apple") == 3

        operator = Client()
        operator.force_login(User.objects.create_superuser("ada", password="a-long-password"))
        ledger_page = reverse("admin:pipeline_jobrun_changelist")
        assert "ValueError: bad apple" in operator.get(f"{ledger_page}?state__exact=failed").content.decode()
        medicine.append("penicillin")
        again = reverse("admin:pipeline_jobrun_do", args=[run.pk, "retry"])
        operator.post(again, {"confirmed": "yes", "reason": "cured"})
        work()

        run.refresh_from_db()
        assert (run.state, run.attempt) == ("done", 4)
        assert Team.objects.get().name == "Cured"
