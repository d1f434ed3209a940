"""Jobs of the matches app, and the functions that queue them."""

from collections.abc import Collection
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from core.pipeline import clock, ledger, registry, scheduling
from core.pipeline.models import JobRun, match_subject
from core.pipeline.runner import Skip
from core.pipeline.scheduling import ScheduledRun
from matches.commitments import prediction_log
from matches.commitments.rfc3161 import TimestampFailed, VerifiedTimestamp, request_timestamp
from matches.models import Commitment, Match, PredictionLog, Timestamp
from matches.services.results import locked_match

log = structlog.get_logger("matches")

COMMIT, TIMESTAMP = "commit_predictions", "timestamp_commitment"
REQUESTS_PER_PASS = 200
RETRY_INTERVAL = timedelta(minutes=10)  # after a failed request for a timestamp
MAX_AGE = timedelta(days=1)  # a late timestamp proves little: only that the root existed by then


@registry.job(queue="scoring", longest_wait=None)
def commit_predictions(*, run: JobRun) -> None:
    """Store the commitment (Merkle root) to a match's predictions.

    If a timestamp authority is configured, request a timestamp. If the match is not locked yet, the job is
    postponed to the lock. Raises Skip if there is nothing to commit.
    """
    now, match = timezone.now(), locked_match(int(run.key))
    if now < match.lock_at:
        ledger.postpone(run, until=match.lock_at, now=now)
        return
    try:
        made = prediction_log.commit(match.pk, at=now)
    except prediction_log.NothingToCommit as reason:
        raise Skip(str(reason)) from reason
    if settings.TSA_URL:
        request_timestamps([made], now=now)
    log.info("predictions committed", commitment=made.pk, size=made.size, root=made.root)


def request_commitments(match_ids: Collection[int], *, now: datetime) -> None:
    """For each match, schedule the job that commits to its predictions, due when the match locks.

    Call it in the transaction that stores the predictions or moves the kickoff.
    """
    locks = dict(Match.objects.filter(pk__in=match_ids).values_list("pk", "lock_at"))
    scheduled_runs = {
        str(pk): ScheduledRun(match_subject(pk), due_at=max(lock_at, now)) for pk, lock_at in locks.items()
    }
    scheduling.reschedule(COMMIT, scheduled_runs, now=now, priority=JobRun.Priority.TODAY)


def sweep_uncommitted(now: datetime) -> int:
    """Queue commitment jobs for the matches returned by `uncommitted`; return the number of matches."""
    ids = list(uncommitted(now=now)[:REQUESTS_PER_PASS])
    request_commitments(ids, now=now)
    return len(ids)


def uncommitted(*, now: datetime) -> QuerySet[PredictionLog, int]:
    """Return the ids of locked matches with live predictions that no commitment covers, latest lock first.

    Leaves out matches whose commitment job is running, or is queued and due.
    """
    covered = Commitment.objects.filter(match=OuterRef("match"), size=OuterRef("size"))
    too_late = Q(state=JobRun.State.QUEUED, due_at__gt=now + clock.TOLERANCE)  # the lock has passed
    waiting = JobRun.objects.filter(~too_late, kind=COMMIT, state__in=JobRun.OPEN)
    logs = PredictionLog.objects.filter(~Exists(covered), match__lock_at__lt=now)
    busy = [int(key) for key in waiting.values_list("key", flat=True)]
    return (
        logs.exclude(match__in=busy).order_by(F("match__lock_at").desc()).values_list("match_id", flat=True)
    )


def _request_timestamp(run: JobRun) -> VerifiedTimestamp | TimestampFailed:
    """Request a timestamp of the job's commitment. Runs before the transaction of the job.

    Returns the timestamp or, if the request failed, the failure. Raises Skip if the commitment already has a
    timestamp, or if no authority is configured.
    """
    commitment = Commitment.objects.filter(pk=int(run.key), timestamp__isnull=True).first()
    if commitment is None:
        raise Skip("The commitment has a timestamp already.")
    if not settings.TSA_URL:
        raise Skip("No timestamp authority is configured (TSA_URL).")
    try:
        return request_timestamp(commitment.root)
    except TimestampFailed as reason:
        return reason


@registry.job(queue="feeds", prepare=_request_timestamp, longest_wait=lambda: RETRY_INTERVAL)
def timestamp_commitment(*, run: JobRun, prepared: VerifiedTimestamp | TimestampFailed) -> None:
    """Store the timestamp of a commitment.

    If the request to the authority failed, postpone the job by RETRY_INTERVAL. If the commitment is older
    than MAX_AGE, raise the failure instead.
    """
    now = timezone.now()
    if isinstance(prepared, VerifiedTimestamp):
        Timestamp.objects.create(
            commitment_id=int(run.key),
            authority=prepared.authority,
            stated_at=prepared.stated_at,
            answer=prepared.answer,
        )
    elif Commitment.objects.filter(pk=int(run.key), committed_at__gt=now - MAX_AGE).exists():
        run.error = f"{settings.TSA_URL}: {prepared}"
        ledger.postpone(run, until=now + RETRY_INTERVAL, now=now)
    else:
        raise prepared


def request_timestamps(made: Collection[Commitment], *, now: datetime) -> None:
    """For each commitment, queue the job that requests its timestamp from the configured authority."""
    subjects = {str(each.pk): match_subject(each.match_id) for each in made}
    ledger.enqueue(TIMESTAMP, subjects, now=now, priority=JobRun.Priority.TODAY)


def sweep_unstamped(now: datetime) -> int:
    """Queue timestamp jobs for the commitments of the last day that never had one. Return the number of jobs.

    Does nothing if no timestamp authority is configured.
    """
    if not settings.TSA_URL:
        return 0
    recent = Commitment.objects.filter(timestamp__isnull=True, committed_at__gt=now - MAX_AGE)
    found = {str(each.pk): each for each in recent}
    requested = set(JobRun.objects.filter(kind=TIMESTAMP, key__in=found).values_list("key", flat=True))
    missing = [each for key, each in found.items() if key not in requested][:REQUESTS_PER_PASS]
    if missing:
        request_timestamps(missing, now=now)
    return len(missing)
