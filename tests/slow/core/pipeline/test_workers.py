"""Our worker and scheduler: seen while they live, missed soon after, and nothing of them stays behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import django_rq
import pytest
from django.conf import settings
from django.utils import timezone
from django_rq.workers import get_worker_class
from rq.worker import Worker

from core.pipeline import health
from core.pipeline.workers import SingleQueueWorker, SteadyScheduler
from tools.processes.system import LINUX, session_members, started


@pytest.fixture
def worker(redis_queues) -> SingleQueueWorker:
    worker = SingleQueueWorker([redis_queues["scoring"]], connection=redis_queues["scoring"].connection)
    worker.register_birth()
    return worker


@pytest.fixture
def start(redis_queues, tmp_path) -> Iterator[Callable[..., subprocess.Popen]]:
    """`manage.py rqworker scoring`, as a supervisor would start it; what is left of it is ended."""
    environ = {**os.environ, "DEBUG": "true", "REDIS_URL": settings.REDIS_URL}
    made: list[subprocess.Popen] = []

    def rqworker(*options: str) -> subprocess.Popen:
        argv = [sys.executable, "manage.py", "rqworker", "scoring", *options]
        with (tmp_path / "log").open("ab") as log:
            process = subprocess.Popen(
                argv, cwd=settings.BASE_DIR, env=environ, stdout=log, stderr=log, start_new_session=True
            )
        made.append(process)
        return process

    yield rqworker
    for process in made:
        for pid in session_members(process.pid):
            os.kill(pid, signal.SIGKILL)
        process.wait()


def until(fact: Callable[[], object], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not fact():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def is_idle(queue) -> bool:
    """Whether a worker waits there for jobs: its signal handlers are in place by then."""
    return any(worker.get_state() == "idle" for worker in Worker.all(queue=queue))


def is_under_way(job) -> bool:
    """Whether a work-horse has it. A worker that starts has other children for a moment."""
    return job.get_status(refresh=True) == "started"


def horses_of(process: subprocess.Popen) -> list[int]:
    return [pid for pid in session_members(process.pid) if pid != process.pid]


def test_the_commands_use_them():
    assert get_worker_class() is SingleQueueWorker
    assert isinstance(django_rq.get_scheduler("content"), SteadyScheduler)


def test_a_worker_on_two_queues_is_refused(redis_queues):
    with pytest.raises(ValueError, match="one queue, not scoring, stats"):
        SingleQueueWorker([redis_queues["scoring"], redis_queues["stats"]])


def test_an_idle_worker_beats_several_times_before_it_counts_as_dead(worker):
    assert worker.dequeue_timeout * 3 < health.WORKER_SILENT.total_seconds()
    assert worker.job_monitoring_interval * 2 < health.WORKER_SILENT.total_seconds()


def test_the_next_beat_makes_an_emptied_redis_know_the_worker_again(worker):
    worker.connection.flushdb()
    assert health.workers_by_queue(now=timezone.now())["scoring"].alive == 0

    worker.heartbeat()

    assert health.workers_by_queue(now=timezone.now())["scoring"].alive == 1


def test_the_next_beat_makes_an_emptied_redis_know_the_scheduler_again(redis_queues):
    scheduler = django_rq.get_scheduler("content", interval=1)
    scheduler.register_birth()
    scheduler.connection.flushdb()
    assert health.schedulers() == 0

    scheduler.heartbeat()

    assert health.schedulers() == 1
    assert 0 < scheduler.connection.ttl(scheduler.key) <= 11


@pytest.mark.processes
def test_a_worker_that_is_asked_to_stop_says_goodbye(start, redis_queues):
    process = start()
    assert until(lambda: is_idle(redis_queues["scoring"]))

    process.send_signal(signal.SIGTERM)
    process.wait(20)

    crew = health.workers_by_queue(now=timezone.now())["scoring"]
    assert (crew.alive, crew.dead) == (0, 0)


@pytest.mark.processes
def test_a_killed_worker_is_counted_as_dead_after_75_seconds(start):
    process = start()
    assert until(lambda: health.workers_by_queue(now=timezone.now())["scoring"].alive == 1)

    process.kill()

    later = timezone.now() + health.WORKER_SILENT
    crew = health.workers_by_queue(now=later)["scoring"]
    assert (crew.alive, crew.dead) == (0, 1)


@pytest.mark.processes
@pytest.mark.skipif(not LINUX, reason="elsewhere the supervisor ends what is left")
def test_a_killed_worker_takes_its_work_horse_along(start, redis_queues):
    process = start()
    job = redis_queues["scoring"].enqueue(time.sleep, 60)
    assert until(lambda: is_under_way(job))
    [horse] = horses_of(process)
    time.sleep(0.5)  # the fork is there; let the horse get into its stride

    process.kill()

    assert until(lambda: not started(horse), seconds=2)


@pytest.mark.processes
def test_a_worker_that_is_asked_to_stop_finishes_its_job(start, redis_queues):
    process = start()
    job = redis_queues["scoring"].enqueue(time.sleep, 1.5)
    assert until(lambda: is_under_way(job))

    process.send_signal(signal.SIGTERM)

    assert process.wait(20) == 0
    assert job.get_status(refresh=True) == "finished"


def test_the_procfile_starts_one_worker_for_each_queue():
    lines = (Path(settings.BASE_DIR) / "Procfile").read_text(encoding="utf-8").splitlines()
    served = [line.partition("rqworker ")[2].split() for line in lines if "rqworker" in line]

    assert sorted(served) == sorted([name] for name in settings.RQ_QUEUES)
