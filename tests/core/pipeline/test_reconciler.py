"""The reconciler: nothing waits for ever in silence."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from core.pipeline import ledger, reconciler
from core.pipeline.models import Heartbeat, JobRun

pytestmark = pytest.mark.django_db


def ask(key: str = "1") -> JobRun:
    (pk,) = ledger.enqueue("note", {key: ""}, now=timezone.now())
    return JobRun.objects.get(pk=pk)


def test_a_run_whose_worker_died_waits_again():
    run = ledger.claim(ask().pk, now=timezone.now())

    freed = reconciler.free_expired_leases(now=run.lease_until + timedelta(seconds=1))

    run.refresh_from_db()
    assert freed == 1
    assert (run.state, run.lease_until) == ("queued", None)
    assert "WorkerLost" in run.error


def test_a_worker_that_dies_three_times_over_the_same_run_ends_it_as_failed():
    run = ask()
    now = timezone.now()
    for _ in range(3):
        now += timedelta(hours=1)
        ledger.claim(run.pk, now=now)
        reconciler.free_expired_leases(now=now + timedelta(hours=1))
        now += timedelta(hours=1)

    run.refresh_from_db()
    assert (run.state, run.attempt) == ("failed", 3)


def test_a_live_lease_is_left_alone():
    run = ledger.claim(ask().pk, now=timezone.now())

    assert reconciler.free_expired_leases(now=run.lease_until - timedelta(seconds=1)) == 0


def test_old_successes_are_purged_and_failures_stay():
    done, failed = ask("1"), ask("2")
    long_ago = timezone.now() - timedelta(days=31)
    JobRun.objects.filter(pk=done.pk).update(state="done", finished_at=long_ago)
    JobRun.objects.filter(pk=failed.pk).update(state="failed", finished_at=long_ago)

    reconciler.purge(now=timezone.now())

    assert list(JobRun.objects.all()) == [failed]


def test_a_pass_leaves_a_heartbeat(redis_queues):
    now = timezone.now()

    reconciler.reconcile(now=now)

    assert Heartbeat.objects.get(name="reconciler").beat_at == now


def test_a_second_copy_sees_the_lock_and_leaves(redis_queues):
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [reconciler.LOCK])
            assert reconciler.reconcile(now=timezone.now()).led is False
            cursor.execute("SELECT pg_advisory_unlock(%s)", [reconciler.LOCK])
    finally:
        other.close()
    assert reconciler.reconcile(now=timezone.now()).led is True


@pytest.mark.parametrize("last_beat", [timedelta(seconds=-61), timedelta(hours=2)], ids=["past", "future"])
def test_a_leader_that_froze_with_the_lock_in_its_hands_does_not_stop_the_second_copy(
    redis_queues, last_beat
):
    """A heartbeat in the future was written by a clock that was ahead."""
    now = timezone.now()
    Heartbeat.objects.create(name="reconciler", beat_at=now + last_beat)
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [reconciler.LOCK])
            assert reconciler.reconcile(now=now).led is True
    finally:
        other.close()


def test_a_broken_search_does_not_keep_the_others_from_being_done(redis_queues, monkeypatch, caplog):
    def broken(now):
        return 1 // 0

    monkeypatch.setattr(reconciler, "_sweeps", {"broken": broken, "sound": lambda now: 3})
    forgotten = ask()
    JobRun.objects.filter(pk=forgotten.pk).update(pushed_at=None)

    report = reconciler.reconcile(now=timezone.now() + timedelta(seconds=6))

    assert report.swept == {"broken": 0, "sound": 3}
    assert report.pushed == 1
    assert "ZeroDivisionError" in caplog.text


def test_the_command_reports_one_pass_as_json(redis_queues, capsys):
    ask()

    call_command("reconcile_jobs", "--json")

    assert '"led": true' in capsys.readouterr().out


@pytest.mark.parametrize("interval", ["0", "-1", "nan", "soon"])
def test_an_interval_that_would_only_keep_the_database_busy_is_refused(interval):
    with pytest.raises(CommandError, match="--interval"):
        call_command("reconcile_jobs", "--loop", f"--interval={interval}")
