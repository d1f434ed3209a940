"""The lease and the fence between real transactions: two workers, two connections, one row of the ledger."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from core.pipeline import ledger, reconciler, registry
from core.pipeline.models import JobRun
from matches.models import Match, Team
from tests.factories import MatchFactory
from tests.pipeline_helpers import run_job

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 20  # seconds until a test that hangs fails


class Workers:
    """Threads that run jobs, each on a database connection of its own."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []
        self.errors: list[BaseException] = []

    def start(self, work: Callable[[], object]) -> threading.Thread:
        thread = threading.Thread(target=self._run, args=[work], daemon=True)
        self.threads.append(thread)
        thread.start()
        return thread

    def _run(self, work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - shown by `wait`
            self.errors.append(error)
        finally:
            connection.close()

    def wait(self) -> None:
        for thread in self.threads:
            thread.join(PATIENCE)
            assert not thread.is_alive(), "a worker hangs"
        assert not self.errors


@pytest.fixture
def workers() -> Iterator[Workers]:
    crew = Workers()
    yield crew
    crew.wait()


@contextmanager
def job(effect: Callable[..., None], **options: object) -> Iterator[JobRun]:
    """A waiting run of a job kind that exists for one test."""
    registry.job(queue="scoring", **options)(effect)
    try:
        (pk,) = ledger.enqueue(effect.__name__, {"1": ""}, now=timezone.now())
        yield JobRun.objects.get(pk=pk)
    finally:
        del registry._kinds[effect.__name__]


def team(name: str) -> Team:
    return Team.objects.create(slug=name.lower(), name=name, short_name=name)


def test_a_worker_that_froze_between_claim_and_effect_changes_nothing_when_it_wakes(workers, redis_queues):
    frozen, wake_up = threading.Event(), threading.Event()

    def freeze_once(run):
        if run.attempt == 1:
            frozen.set()
            assert wake_up.wait(PATIENCE)

    def found(*, run, prepared):
        team(f"Attempt{run.attempt}")

    with job(found, prepare=freeze_once) as run:
        first = workers.start(lambda: run_job(run.pk))
        assert frozen.wait(PATIENCE)
        later = timezone.now() + timedelta(hours=1)
        assert reconciler.free_expired_leases(now=later) == 1
        JobRun.objects.filter(pk=run.pk).update(due_at=timezone.now())
        run_job(run.pk)
        wake_up.set()
        first.join(PATIENCE)

        run.refresh_from_db()
        assert (run.state, run.attempt) == ("done", 2)
        assert [team.name for team in Team.objects.all()] == ["Attempt2"]


def test_a_worker_that_is_still_in_its_transaction_is_left_alone_although_its_lease_ended(
    workers, redis_queues
):
    inside, go_on = threading.Event(), threading.Event()

    def slow(*, run):
        team("Slow")
        inside.set()
        assert go_on.wait(PATIENCE)

    with job(slow) as run:
        worker = workers.start(lambda: run_job(run.pk))
        assert inside.wait(PATIENCE)

        freed = reconciler.free_expired_leases(now=timezone.now() + timedelta(hours=1))
        go_on.set()
        worker.join(PATIENCE)

        run.refresh_from_db()
        assert freed == 0
        assert (run.state, run.attempt) == ("done", 1)
        assert Team.objects.count() == 1


def test_a_job_whose_connection_was_cut_in_mid_effect_leaves_nothing_and_is_tried_again(
    workers, redis_queues
):
    def cut_once(*, run):
        team(f"Attempt{run.attempt}")
        if run.attempt == 1:
            cut_connection(backend_of_this_thread())
        Team.objects.count()

    with job(cut_once) as run:
        workers.start(lambda: run_job(run.pk)).join(PATIENCE)
        run.refresh_from_db()
        assert (run.state, run.attempt) == ("queued", 1)
        assert "OperationalError" in run.traceback

        JobRun.objects.filter(pk=run.pk).update(due_at=timezone.now())
        run_job(run.pk)

        run.refresh_from_db()
        assert (run.state, run.attempt) == ("done", 2)
        assert [team.name for team in Team.objects.all()] == ["Attempt2"]


def backend_of_this_thread() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def cut_connection(pid: int) -> None:
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    finally:
        other.close()


def test_ten_deliveries_at_the_same_moment_have_one_effect(workers, redis_queues):
    start = threading.Barrier(10)

    def found(*, run):
        team("Once")

    with job(found) as run:

        def deliver():
            start.wait(PATIENCE)
            run_job(run.pk)

        for _ in range(10):
            workers.start(deliver)
        workers.wait()

        run.refresh_from_db()
        assert (run.state, run.attempt) == ("done", 1)
        assert Team.objects.count() == 1


def test_of_two_jobs_in_a_deadlock_one_is_tried_again_and_none_is_lost(workers, redis_queues):
    opening, closing = MatchFactory(), MatchFactory()
    both_hold_one = threading.Barrier(2)

    def crossing(*, run):
        first, second = (opening, closing) if run.key == "1" else (closing, opening)
        Match.objects.filter(pk=first.pk).update(matchday=F("matchday") + 1)
        if run.attempt == 1:
            both_hold_one.wait(PATIENCE)
        Match.objects.filter(pk=second.pk).update(matchday=F("matchday") + 1)

    with job(crossing) as run:
        (other,) = ledger.enqueue("crossing", {"2": ""}, now=timezone.now())
        for pk in (run.pk, other):
            workers.start(lambda pk=pk: run_job(pk))
        workers.wait()
        states = set(JobRun.objects.values_list("state", flat=True))
        assert states == {"done", "queued"}
        victim = JobRun.objects.get(state="queued")
        assert "deadlock detected" in victim.error

        JobRun.objects.filter(pk=victim.pk).update(due_at=timezone.now())
        run_job(victim.pk)

        assert set(JobRun.objects.values_list("state", flat=True)) == {"done"}


def test_a_serialisation_failure_is_tried_again_and_not_lost(workers, redis_queues):
    ashford = team("Ashford")

    def rewrite(*, run):
        Team.objects.filter(pk=ashford.pk).update(name=f"Attempt {run.attempt}")

    def overtaken_once(*, run):
        if run.attempt > 1:
            rewrite(run=run)
            return
        other = connection.copy()
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT name FROM matches_team")
            rewrite_elsewhere(workers, ashford)
            try:
                cursor.execute("UPDATE matches_team SET name = 'stale' WHERE id = %s", [ashford.pk])
            finally:
                other.close()

    with job(overtaken_once) as run:
        run_job(run.pk)
        run.refresh_from_db()
        assert run.state == "queued"
        assert "could not serialize access" in run.error

        JobRun.objects.filter(pk=run.pk).update(due_at=timezone.now())
        run_job(run.pk)

        run.refresh_from_db()
        assert (run.state, run.attempt) == ("done", 2)
        assert Team.objects.get().name == "Attempt 2"


def rewrite_elsewhere(workers: Workers, team: Team) -> None:
    workers.start(lambda: Team.objects.filter(pk=team.pk).update(name="faster")).join(PATIENCE)


def test_a_request_that_comes_while_the_row_is_claimed_is_not_lost(workers, redis_queues):
    """The claim waits for the open transaction that shares the row, and so sees its fact."""
    seen: list[int] = []

    def count_teams(*, run):
        seen.append(Team.objects.count())

    with job(count_teams) as run:
        with transaction.atomic():
            team("Ashford")
            ledger.enqueue("count_teams", {"1": ""}, now=timezone.now())  # shares the waiting row
            worker = workers.start(lambda: run_job(run.pk))
            worker.join(0.5)
            assert worker.is_alive(), "it waits for us"
        worker.join(PATIENCE)

    assert seen == [1]
