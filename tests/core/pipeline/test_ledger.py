"""The ledger: what waits, who may take it, how it ends."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.pipeline import ledger, reconciler, registry
from core.pipeline.models import JobRun

pytestmark = pytest.mark.django_db

State = JobRun.State


def ask(*keys: str, **options: object) -> list[JobRun]:
    ids = ledger.enqueue("note", dict.fromkeys(keys, ""), now=timezone.now(), **options)
    return list(JobRun.objects.filter(pk__in=ids).order_by("key"))


def test_two_requests_for_the_same_work_share_one_waiting_row():
    first, second = ask("1"), ask("1")

    assert first == second
    assert JobRun.objects.count() == 1


def test_a_subject_is_cut_to_the_length_of_its_column():
    ledger.enqueue("note", {"1": "Copa " * 40}, now=timezone.now())

    assert JobRun.objects.get().subject == "Copa " * 16


def test_the_ledger_is_busy_with_all_jobs_but_those_in_the_background():
    ledger.enqueue("compute_calibration", {"1": ""}, now=timezone.now())
    assert not ledger.is_busy()

    ask("1")
    assert ledger.is_busy()


def test_a_request_that_arrives_while_one_runs_waits_for_itself():
    (running,) = ask("1")
    ledger.claim(running.pk, now=timezone.now())

    (waiting,) = ask("1")

    assert waiting.pk != running.pk


def test_the_database_itself_refuses_a_second_waiting_row():
    (row,) = ask("1")
    row.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_a_more_urgent_request_raises_the_priority_of_the_row_that_waits():
    ask("1", priority=JobRun.Priority.ARCHIVE)

    (row,) = ask("1", priority=JobRun.Priority.TODAY)

    assert row.priority == JobRun.Priority.TODAY


def test_a_row_that_waits_for_later_can_be_hastened_and_redis_hears_of_it_anew():
    now = timezone.now()
    (row,) = ask("1", delay=timedelta(hours=1))
    JobRun.objects.update(pushed_at=now)

    ledger.hasten([row.pk], due_at=now)

    row.refresh_from_db()
    assert (row.due_at, row.pushed_at) == (now, None)


def test_a_row_that_is_due_earlier_already_or_runs_is_not_hastened():
    now = timezone.now()
    early, running = ask("1")[0], ask("2")[0]
    ledger.claim(running.pk, now=now + timedelta(seconds=1))

    ledger.hasten([early.pk, running.pk], due_at=now + timedelta(minutes=1))

    assert list(JobRun.objects.order_by("pk").values_list("due_at", flat=True)) == [
        early.due_at,
        running.due_at,
    ]


def test_a_row_vanishes_with_the_fact_that_caused_it():
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        ask("1")
        raise RuntimeError("the fact is rolled back")

    assert not JobRun.objects.exists()


def test_an_unknown_kind_is_refused():
    with pytest.raises(registry.UnknownKind, match="brew_tea"):
        ledger.enqueue("brew_tea", {"1": ""}, now=timezone.now())


def test_only_one_of_two_deliveries_can_claim():
    (row,) = ask("1")

    first, second = (ledger.claim(row.pk, now=timezone.now()) for _ in range(2))

    assert first is not None
    assert first.attempt == 1
    assert second is None


def test_a_row_that_is_not_due_cannot_be_claimed():
    (row,) = ask("1", delay=timedelta(seconds=30))

    assert ledger.claim(row.pk, now=timezone.now()) is None


def test_a_delivery_up_to_a_second_early_is_accepted():
    """rq-scheduler keeps whole seconds."""
    (row,) = ask("1", delay=timedelta(seconds=30))

    assert ledger.claim(row.pk, now=row.due_at - timedelta(seconds=0.9)) is not None


def test_a_run_whose_lease_ended_is_freed_before_another_worker_can_claim_it():
    (row,) = ask("1")
    first = ledger.claim(row.pk, now=timezone.now())
    later = first.lease_until + timedelta(seconds=1)
    assert ledger.claim(row.pk, now=later) is None

    reconciler.free_expired_leases(now=later)
    second = ledger.claim(row.pk, now=later + timedelta(minutes=1))

    assert second.attempt == 2
    with transaction.atomic():
        assert not ledger.still_held(first)
        assert ledger.still_held(second)


def test_failures_wait_five_and_ten_seconds_and_the_third_is_final():
    (row,) = ask("1")
    waits = []
    for minute in range(3):
        now = timezone.now() + timedelta(minutes=minute)
        run = ledger.claim(row.pk, now=now)
        ledger.fail(run, ValueError("the ball is flat"), now=now)
        row.refresh_from_db()
        waits.append((row.state, (row.due_at - now).total_seconds() if row.state == State.QUEUED else None))

    assert waits == [(State.QUEUED, 5), (State.QUEUED, 10), (State.FAILED, None)]
    assert row.error == "ValueError: the ball is flat"
    assert row.traceback.count("the ball is flat") == 3
    assert ledger.claim(row.pk, now=timezone.now() + timedelta(hours=1)) is None


def test_a_failed_run_leaves_the_work_to_a_newer_row_that_waits_already():
    (row,) = ask("1")
    run = ledger.claim(row.pk, now=timezone.now())
    (newer,) = ask("1")

    ledger.fail(run, ValueError("no"), now=timezone.now())

    row.refresh_from_db()
    assert row.state == State.SKIPPED
    assert "newer run of the same job is queued" in row.error
    assert JobRun.objects.get(state=State.QUEUED) == newer


def test_an_attempt_that_lost_its_claim_cannot_record_a_failure():
    (row,) = ask("1")
    first = ledger.claim(row.pk, now=timezone.now())
    JobRun.objects.filter(pk=row.pk).update(attempt=2)  # freed, and claimed by another

    ledger.fail(first, ValueError("late news"), now=timezone.now())

    row.refresh_from_db()
    assert (row.state, row.error) == (State.RUNNING, "")


def test_a_failed_run_can_be_retried_with_three_more_attempts():
    (row,) = ask("1")
    JobRun.objects.filter(pk=row.pk).update(state=State.FAILED, attempt=3, finished_at=timezone.now())

    ledger.retry(row, now=timezone.now())

    row.refresh_from_db()
    assert (row.state, row.attempt, row.max_attempts, row.finished_at) == (State.QUEUED, 3, 6, None)


def test_the_pauses_begin_anew_after_a_retry():
    (row,) = ask("1")
    JobRun.objects.filter(pk=row.pk).update(state=State.FAILED, attempt=3, finished_at=timezone.now())
    ledger.retry(row, now=timezone.now())
    now = timezone.now()

    ledger.fail(ledger.claim(row.pk, now=now), ValueError("still flat"), now=now)

    row.refresh_from_db()
    assert (row.state, (row.due_at - now).total_seconds()) == (State.QUEUED, 5)


def test_a_worker_that_froze_before_a_retry_is_not_taken_for_the_holder_after_it():
    """The attempt's number is the fence, so a retry must never give it out a second time."""
    (row,) = ask("1")
    now = timezone.now()
    frozen = ledger.claim(row.pk, now=now)
    JobRun.objects.filter(pk=row.pk).update(
        state=State.FAILED, lease_until=None, finished_at=now, attempt=frozen.attempt
    )
    ledger.retry(row, now=now)
    ledger.claim(row.pk, now=now)

    with transaction.atomic():
        assert not ledger.still_held(frozen)
    ledger.finish(frozen, now=now)
    row.refresh_from_db()
    assert row.state == State.RUNNING


def postponed(run: JobRun) -> JobRun:
    """Claim the run, and let it wait again."""
    now = timezone.now()
    claimed = ledger.claim(run.pk, now=now)
    with transaction.atomic():
        ledger.postpone(claimed, until=now, now=now)
    return JobRun.objects.get(pk=run.pk)


def test_a_run_may_be_postponed_for_years():
    """40,000 times is two weeks of every 30 seconds, and more than a smallint holds."""
    (row,) = ask("1")
    JobRun.objects.filter(pk=row.pk).update(attempt=40_000, max_attempts=40_003)

    row = postponed(row)

    assert (row.state, row.attempt, row.tries) == (State.QUEUED, 40_001, 0)


def test_a_postponed_run_has_as_many_attempts_as_before():
    (row,) = ask("1")
    for _time in range(5):
        row = postponed(row)
    for attempt in (1, 2, 3):
        now = timezone.now()
        JobRun.objects.filter(pk=row.pk).update(due_at=now)
        claimed = ledger.claim(row.pk, now=now)
        assert claimed.tries == attempt
        ledger.fail(claimed, ValueError("no"), now=now)

    row.refresh_from_db()
    assert (row.state, row.attempt) == (State.FAILED, 8)
    assert [f"Attempt {n} of 3, failed" in row.traceback for n in (1, 2, 3, 8)] == [True] * 3 + [False]


def test_a_run_remembers_when_it_was_first_postponed_until_it_is_retried():
    (row,) = ask("1")
    first = postponed(row).postponed_at
    assert postponed(row).postponed_at == first

    JobRun.objects.filter(pk=row.pk).update(postponed_at=timezone.now() + timedelta(days=1))
    assert postponed(row).postponed_at <= timezone.now(), "a clock that was ahead is corrected"

    ledger.cancel(row, now=timezone.now())
    ledger.retry(row, now=timezone.now())
    assert JobRun.objects.get(pk=row.pk).postponed_at is None


def test_a_run_that_is_done_cannot_be_retried():
    (row,) = ask("1")
    JobRun.objects.filter(pk=row.pk).update(state=State.DONE, finished_at=timezone.now())

    with pytest.raises(ledger.NotAllowed, match="is done"):
        ledger.retry(row, now=timezone.now())


def test_a_waiting_run_can_be_cancelled_and_is_never_claimed_again():
    (row,) = ask("1")

    ledger.cancel(row, now=timezone.now())

    row.refresh_from_db()
    assert row.state == State.CANCELLED
    assert ledger.claim(row.pk, now=timezone.now()) is None


def test_a_running_run_cannot_be_cancelled():
    (row,) = ask("1")
    ledger.claim(row.pk, now=timezone.now())

    with pytest.raises(ledger.NotAllowed):
        ledger.cancel(row, now=timezone.now())
