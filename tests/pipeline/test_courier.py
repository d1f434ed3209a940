"""The courier, on a real Redis: pushes after commit, delays through rq-scheduler, survives an outage."""

from datetime import timedelta

import django_rq
import pytest
from django.db import transaction
from django.utils import timezone

from config.pipeline import courier, ledger, reconciler
from config.pipeline.models import JobRun

pytestmark = pytest.mark.django_db(transaction=True)


def test_redis_hears_of_a_job_only_after_the_commit(redis_queues):
    with transaction.atomic():
        ledger.enqueue("note", {"1": ""}, now=timezone.now())
        assert redis_queues["scoring"].count == 0

    (job,) = redis_queues["scoring"].jobs
    run = JobRun.objects.get()
    assert (job.func_name, job.args) == ("config.pipeline.runner.run_job", (run.pk,))
    assert run.rq_job_id == job.id
    assert run.pushed_at is not None


def test_a_rollback_pushes_nothing(redis_queues):
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        ledger.enqueue("note", {"1": ""}, now=timezone.now())
        raise RuntimeError

    assert redis_queues["scoring"].count == 0


def test_a_delay_goes_through_rq_scheduler(redis_queues):
    ledger.enqueue("note", {"1": ""}, now=timezone.now(), delay=timedelta(seconds=30))

    scheduled = list(django_rq.get_scheduler("scoring").get_jobs(with_times=True))

    assert redis_queues["scoring"].count == 0
    assert len(scheduled) == 1
    job, due = scheduled[0]
    assert job.origin == "scoring"
    assert abs((due - JobRun.objects.get().due_at.replace(tzinfo=None)).total_seconds()) <= 1


def test_todays_matches_go_before_archive_work(redis_queues):
    ledger.enqueue("note", {"old": ""}, now=timezone.now(), priority=JobRun.Priority.ARCHIVE)
    ledger.enqueue("note", {"today": ""}, now=timezone.now(), priority=JobRun.Priority.TODAY)

    first = redis_queues["scoring"].jobs[0]

    assert JobRun.objects.get(pk=first.args[0]).key == "today"


def test_with_redis_down_the_row_stands_and_the_reconciler_pushes_it_later(redis_queues, settings):
    working = settings.RQ_QUEUES
    settings.RQ_QUEUES = {name: {**queue, "URL": "redis://127.0.0.1:1/0"} for name, queue in working.items()}
    now = timezone.now()
    ledger.enqueue("note", {"1": ""}, now=now)
    assert JobRun.objects.get().pushed_at is None

    settings.RQ_QUEUES = working
    report = reconciler.reconcile(now=now + timedelta(seconds=6))

    assert report.pushed == 1
    assert redis_queues["scoring"].count == 1


def test_everything_that_redis_forgot_is_pushed_again(redis_queues):
    now = timezone.now()
    ledger.enqueue("note", {str(key): "" for key in range(20)}, now=now)
    django_rq.get_connection("scoring").flushdb()

    early = reconciler.reconcile(now=now + timedelta(seconds=20))
    late = reconciler.reconcile(now=now + timedelta(seconds=90))

    assert (early.pushed, late.pushed) == (0, 20)
    assert redis_queues["scoring"].count == 20


def test_depths_are_counted_by_queue(redis_queues):
    ledger.enqueue("note", {"1": "", "2": ""}, now=timezone.now())

    assert courier.queue_depths() == {"scoring": 2, "stats": 0, "content": 0}
