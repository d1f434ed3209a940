"""What RQ calls: one delivery, many runs.

RQ forks a work-horse for each delivery, which opens its own connection to PostgreSQL; that costs several
times what a small job costs. So the horse goes on with what else waits in its queue, for some seconds
(docs/adr/0013). Every run is claimed, fenced, timed and reported by itself, as if it had come alone.
"""

import signal
import time
from collections.abc import Iterator

import structlog
from django.utils import timezone

from core.pipeline import ledger, rq_backend, runner
from core.pipeline.models import JobRun

log = structlog.get_logger("pipeline")

# Seconds until a batch begins no further run. A worker that was told to stop ends its batch first, and
# whoever stops it waits for 130 s (docs/operations.md): JOB_TIMEOUT, and this.
LONGEST = 5


def run_batch(run_id: int, **_later: object) -> str:
    """Run the ledger's row `run_id`, then what is due in the same queue, the most urgent first.

    Delivered twice, late or early, the row is left alone: the claim decides. The others are run all the
    same. What it returns is shown on the pages of the queue.
    """
    queue = JobRun.objects.filter(pk=run_id).values_list("queue", flat=True).first()
    if queue is None:
        return "the ledger knows no such job (any more)"
    runs = list(_batch(run_id, queue))
    rq_backend.remove_finished(queue, [run for run in runs if run.pk != run_id])
    rq_backend.push_archive_jobs(queue)
    return f"{len(runs)} jobs" if runs else "nothing to claim: a duplicate or early delivery"


def _batch(run_id: int, queue: str) -> Iterator[JobRun]:
    """The runs, each when it has ended. One that fails is the last: who knows what it left behind in us."""
    timed, ends_at = runner.alarm_is_set(), time.monotonic() + LONGEST
    run = ledger.claim(run_id, now=timezone.now()) or ledger.claim_next(queue, now=timezone.now())
    while run is not None:
        went_well = runner.attempt(run)
        yield run
        if not went_well or time.monotonic() >= ends_at:
            return
        if timed:  # RQ set the alarm for the first run; each has its own
            signal.alarm(ledger.time_limit(queue))
        run = ledger.claim_next(queue, now=timezone.now())
