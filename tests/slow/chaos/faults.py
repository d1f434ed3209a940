"""What can go wrong. Each fault is a function of the stage; a seed draws the plan of a whole run."""

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import django_rq
from django.db import DatabaseError, connection
from redis.exceptions import RedisError

from core.pipeline.models import JobRun
from core.pipeline.rq_backend import RUN
from tests.slow.chaos.stage import JOB_LEASE, JOB_TIMEOUT, Stage

WORKERS = ("scoring", "scoring-2", "stats", "content")
DOWN = 10.0  # seconds without Redis
OUTAGES = {
    "Redis stopped for 10 s",
    "Redis frozen",
    "PostgreSQL restarted (fast)",
    "PostgreSQL restarted (immediate)",
}

Fault = Callable[[Stage, random.Random], bool]
FAULTS: dict[str, Fault] = {}


def fault(named: str) -> Callable[[Fault], Fault]:
    """Register a fault. It returns False when there was nothing to break (no job at work, say)."""

    def register(function: Fault) -> Fault:
        FAULTS[named] = function
        return function

    return register


@dataclass(frozen=True, slots=True)
class Planned:
    """One fault: so many seconds after the start, with dice of its own so that no other changes it."""

    at: float
    name: str
    seed: int
    tries: int = 1

    def again(self) -> "Planned | None":
        """The same once more a little later; after forty tries there is nothing to break."""
        return replace(self, at=self.at + 0.5, tries=self.tries + 1) if self.tries < 40 else None

    def inject(self, stage: Stage) -> bool:
        return FAULTS[self.name](stage, random.Random(self.seed))


def plan(seed: int, *, seconds: float) -> list[Planned]:
    """About two faults every three seconds; each kind at least once, in an order that only the seed decides.

    A server that is away hides every other fault, so these are drawn less often.
    """
    dice = random.Random(seed)
    names = list(FAULTS)
    more = max(0, int(seconds / 1.5) - len(names))
    names += dice.choices(names, weights=[1 if name in OUTAGES else 4 for name in names], k=more)
    dice.shuffle(names)
    step = seconds / len(names)
    return [
        Planned(step * (number + dice.random()), name, dice.randrange(2**32))
        for number, name in enumerate(names)
    ]


def _horse_at_work(stage: Stage, names: tuple[str, ...], patience: float = 0.8) -> tuple[str, int] | None:
    """A work-horse in the middle of a job; else the first that shows itself; None where all is quiet."""
    deadline, found = time.monotonic() + patience, None
    while time.monotonic() < deadline:
        at_work = _queues_at_work()
        for name in names:
            if horses := stage.horses(name):
                found = name, horses[0]
                if name.partition("-")[0] in at_work:
                    return found
    return found if found and found[1] in stage.horses(found[0]) else None


def _queues_at_work() -> set[str]:
    try:
        running = JobRun.objects.filter(state=JobRun.State.RUNNING)
        return set(running.values_list("queue", flat=True))
    except DatabaseError:
        connection.close()
        return set()


def _shuffled(dice: random.Random, names: tuple[str, ...] = WORKERS) -> tuple[str, ...]:
    return tuple(dice.sample(names, len(names)))


@fault("worker killed (parent)")
def kill_parent(stage: Stage, dice: random.Random) -> bool:
    found = _horse_at_work(stage, _shuffled(dice))
    return stage.kill(found[0] if found else dice.choice(WORKERS))


@fault("worker killed (work-horse)")
def kill_horse(stage: Stage, dice: random.Random) -> bool:
    found = _horse_at_work(stage, _shuffled(dice))
    return found is not None and _kill(found[1])


@fault("worker killed (both)")
def kill_both(stage: Stage, dice: random.Random) -> bool:
    found = _horse_at_work(stage, _shuffled(dice))
    if found is None:
        return False
    name, horse = found
    _kill(horse)
    return stage.kill(name)


def _kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


@fault("worker frozen past its lease")
def freeze_worker(stage: Stage, dice: random.Random) -> bool:
    """Sometimes for longer than the database lets a frozen transaction live, sometimes for less."""
    found = _horse_at_work(stage, _shuffled(dice))
    if found is None:
        return False
    name, horse = found
    parent = stage.child(name).pid
    return stage.freeze([horse, *([parent] if parent else [])], dice.uniform(JOB_LEASE + 1, JOB_TIMEOUT + 3))


@fault("scheduler killed")
def kill_scheduler(stage: Stage, dice: random.Random) -> bool:
    return stage.kill("scheduler")


@fault("reconciler killed")
def kill_reconciler(stage: Stage, dice: random.Random) -> bool:
    return stage.kill(dice.choice(("reconciler", "reconciler-2")))


@fault("Redis emptied (FLUSHALL)")
def flush_redis(stage: Stage, dice: random.Random) -> bool:
    try:
        return bool(django_rq.get_connection("scoring").flushall())
    except RedisError:
        return False


@fault("Redis stopped for 10 s")
def stop_redis(stage: Stage, dice: random.Random) -> bool:
    stage.stay_down("valkey", DOWN)
    return stage.kill("valkey", dice.choice((signal.SIGTERM, signal.SIGKILL)))


@fault("Redis frozen")
def freeze_redis(stage: Stage, dice: random.Random) -> bool:
    pid = stage.child("valkey").pid
    return stage.freeze([pid] if pid else [], dice.uniform(2, 6))


@fault("PostgreSQL restarted (fast)")
def restart_fast(stage: Stage, dice: random.Random) -> bool:
    return stage.kill("postgres", signal.SIGINT)


@fault("PostgreSQL restarted (immediate)")
def restart_immediately(stage: Stage, dice: random.Random) -> bool:
    return stage.kill("postgres", signal.SIGQUIT)


@fault("every connection cut")
def cut_connections(stage: Stage, dice: random.Random) -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            return bool(cursor.fetchone()[0])
    except DatabaseError:
        connection.close()
        return False


@fault("jobs delivered twice more")
def deliver_twice(stage: Stage, dice: random.Random) -> bool:
    """Jobs of every state, those that run at this moment among them."""
    try:
        newest = list(JobRun.objects.order_by("-pk").values_list("pk", "queue")[:60])
        at_work = list(JobRun.objects.filter(state=JobRun.State.RUNNING).values_list("pk", "queue"))
        chosen = at_work + dice.sample(newest, min(10, len(newest)))
        for pk, queue in chosen * 2:
            django_rq.get_queue(queue, commit_mode="auto").enqueue(RUN, pk)
    except (DatabaseError, RedisError):
        connection.close()
        return False
    return bool(chosen)
