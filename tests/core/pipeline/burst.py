"""Kinds of jobs that exist for one test, and a real RQ worker for them in this process."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import django_rq
from django.db import connections
from django.utils import timezone

from core.pipeline import ledger, registry
from core.pipeline.models import JobRun


@contextmanager
def kind(effect: Callable[..., None]) -> Iterator[str]:
    """The name of a kind of job on the scoring queue that has this effect."""
    registry.job(queue="scoring")(effect)
    try:
        yield effect.__name__
    finally:
        del registry._kinds[effect.__name__]


@contextmanager
def job(effect: Callable[..., None]) -> Iterator[JobRun]:
    """A run of such a kind, waiting in Redis."""
    with kind(effect) as name:
        (pk,) = ledger.enqueue(name, {"1": ""}, now=timezone.now())
        yield JobRun.objects.get(pk=pk)


def work() -> None:
    """A real worker that forks a work-horse for each delivery that waits, until none does."""
    connections.close_all()  # the horse must not share our connection
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        django_rq.get_worker("scoring").work(burst=True, logging_level="ERROR")
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
