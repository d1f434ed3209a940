"""Entry point of RQ: one delivery (an RQ job with the id of a run) executes several runs.

RQ forks a work-horse process for each delivery. A new work-horse must connect to PostgreSQL, which takes
several times as long as a small job. So the work-horse continues with other due runs of its queue for a few
seconds (docs/adr/0013). Every run is claimed, fenced, timed and recorded separately, as if delivered alone.
"""

import signal
import time
from collections.abc import Iterator

import structlog
from django.utils import timezone

from core.pipeline import ledger, rq_backend, runner
from core.pipeline.models import JobRun

log = structlog.get_logger("pipeline")

# Seconds after which a batch starts no further run. A worker that is asked to stop finishes its batch first.
# It is given 130 s for that (docs/operations.md): JOB_TIMEOUT plus this value, rounded up.
BATCH_SECONDS = 5


def run_batch(run_id: int, **_later: object) -> str:
    """Execute the run `run_id`, then other due runs of its queue, the most urgent first (see `_batch`).

    If `run_id` cannot be claimed, because the RQ job is a duplicate, too late or too early, only the other
    runs are executed. Returns a text that django-rq's pages show.
    """
    queue = JobRun.objects.filter(pk=run_id).values_list("queue", flat=True).first()
    if queue is None:
        return "no such job in the ledger (any more)"
    runs = list(_batch(run_id, queue))
    rq_backend.remove_finished(queue, [run for run in runs if run.pk != run_id])
    rq_backend.push_archive_jobs(queue)
    return f"{len(runs)} jobs" if runs else "nothing to claim: a duplicate or early delivery"


def _batch(run_id: int, queue: str) -> Iterator[JobRun]:
    """Execute due runs of the queue, beginning with `run_id`, and yield each run after it has ended.

    Stops when no run is due, after BATCH_SECONDS, or after a failed run, because a failure may have left the
    process in a bad state.
    """
    timed, ends_at = runner.alarm_is_set(), time.monotonic() + BATCH_SECONDS
    run = ledger.claim(run_id, now=timezone.now()) or ledger.claim_next(queue, now=timezone.now())
    while run is not None:
        went_well = runner.attempt(run)
        yield run
        if not went_well or time.monotonic() >= ends_at:
            return
        if timed:  # RQ set the alarm for the first run; each run gets its own
            signal.alarm(ledger.time_limit(queue))
        run = ledger.claim_next(queue, now=timezone.now())
