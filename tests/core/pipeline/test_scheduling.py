"""Appointments: rows that wait for a moment, and move with it."""

from datetime import timedelta

import django_rq
import pytest
from django.db import transaction
from django.utils import timezone

from core.pipeline import ledger, rq_backend, scheduling
from core.pipeline.models import JobRun
from core.pipeline.scheduling import ScheduledRun

pytestmark = pytest.mark.django_db(transaction=True)
KIND = "note"


def keep(**due) -> list[int]:
    """Appointments by key, each so many minutes from now."""
    now = timezone.now()
    wanted = {key: ScheduledRun(f"match:{key}", now + timedelta(minutes=after)) for key, after in due.items()}
    return scheduling.reschedule(KIND, wanted, now=now)


def minutes_left(run: JobRun) -> int:
    return round((run.due_at - timezone.now()) / timedelta(minutes=1))


def in_scheduler(run: JobRun) -> bool:
    return run.rq_job_id in django_rq.get_scheduler(run.queue)


def test_an_appointment_waits_in_the_ledger_and_in_rq_scheduler(redis_queues):
    (pk,) = keep(a=30)

    run = JobRun.objects.get(pk=pk)
    assert (run.state, run.subject, minutes_left(run)) == ("queued", "match:a", 30)
    assert in_scheduler(run)


@pytest.mark.parametrize("minutes", [5, 600])
def test_an_appointment_that_is_moved_keeps_its_row_and_redis_hears_of_the_new_moment(redis_queues, minutes):
    (pk,) = keep(a=30)
    before = JobRun.objects.get(pk=pk).rq_job_id

    assert keep(a=minutes) == [pk]

    run = JobRun.objects.get()
    assert minutes_left(run) == minutes
    assert run.rq_job_id != before
    assert in_scheduler(run)


def test_an_appointment_that_stands_is_left_alone(redis_queues):
    due_at = timezone.now() + timedelta(minutes=30)
    for _ in range(2):
        moved = scheduling.reschedule(KIND, {"a": ScheduledRun("", due_at)}, now=timezone.now())

    assert moved == []
    assert JobRun.objects.count() == 1
    assert len(list(django_rq.get_scheduler("scoring").get_jobs())) == 1


def test_the_bell_of_the_former_moment_finds_nothing_to_claim(redis_queues):
    (pk,) = keep(a=0)
    keep(a=30)

    assert ledger.claim(pk, now=timezone.now()) is None


def test_an_appointment_of_a_transaction_that_is_rolled_back_never_was(redis_queues):
    with transaction.atomic():
        keep(a=30)
        transaction.set_rollback(True)

    assert not JobRun.objects.exists()
    assert not list(django_rq.get_scheduler("scoring").get_jobs())


def test_a_run_under_way_does_not_keep_the_next_appointment_from_being_made(redis_queues):
    (pk,) = keep(a=0)
    ledger.claim(pk, now=timezone.now())

    (other,) = keep(a=30)

    assert other != pk
    assert sorted(JobRun.objects.values_list("state", flat=True)) == ["queued", "running"]


def test_an_appointment_that_is_called_off_says_why(redis_queues):
    keep(a=30, b=30)

    assert scheduling.unschedule(KIND, ["a", "c"], why="The match is cancelled.", now=timezone.now()) == 1

    assert list(JobRun.objects.order_by("key").values_list("key", "state", "error")) == [
        ("a", "skipped", "The match is cancelled."),
        ("b", "queued", ""),
    ]


def test_of_a_long_season_redis_holds_the_next_few_only(redis_queues):
    keep(**{f"k{number}": 60 + number for number in range(rq_backend.ARCHIVE_WINDOW + 30)})

    pushed = JobRun.objects.filter(pushed_at__isnull=False).order_by("due_at")
    assert pushed.count() == rq_backend.ARCHIVE_WINDOW
    assert pushed.last().due_at < JobRun.objects.filter(pushed_at=None).order_by("due_at").first().due_at
