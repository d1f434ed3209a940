"""Running the pipeline inside a test, with or without Redis."""

from datetime import timedelta

from django.utils import timezone

from core.pipeline import ledger, registry, runner
from core.pipeline.models import JobRun


def run_job(run_id: int) -> None:
    """Run this row of the ledger and no other: `entrypoint.run_batch` continues with due runs."""
    run = ledger.claim(run_id, now=timezone.now())
    if run:
        runner.attempt(run)


def run_waiting(*kinds: str, limit: int = 500) -> list[JobRun]:
    """Run every waiting job (of these kinds), due or not, until none is left; return them in order.

    Without `kinds`, background jobs are left waiting: a test that needs one names its kind.

    One that finds itself too early, and waits again, is left alone. It plays the worker, not the pipeline:
    the same claim and attempt, with due times brought forward.
    """
    ran: list[JobRun] = []
    early: list[int] = []
    while len(ran) < limit:
        waiting = JobRun.objects.filter(state=JobRun.State.QUEUED).exclude(pk__in=early)
        waiting = waiting.filter(kind__in=kinds) if kinds else waiting.exclude(kind__in=registry.background())
        run = waiting.order_by("due_at", "pk").first()
        if run is None:
            return ran
        allowed = run.max_attempts
        JobRun.objects.filter(pk=run.pk).update(due_at=timezone.now() - timedelta(seconds=1))
        run_job(run.pk)
        run.refresh_from_db()
        ran.append(run)
        if run.state == JobRun.State.QUEUED and run.max_attempts > allowed:
            early.append(run.pk)
    raise AssertionError(f"the pipeline is still busy after {limit} jobs")
