"""The matches app's jobs, and the only doors to them."""

from collections.abc import Collection
from datetime import datetime

import structlog
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from config.pipeline import kinds, ledger, timetable
from config.pipeline.models import JobRun
from config.pipeline.runner import Skip
from config.pipeline.timetable import Appointment
from matches import commitments
from matches.models import Commitment, Match, PredictionLog
from matches.recording import locked_match

log = structlog.get_logger("matches")

KIND = "commit_predictions"
REQUESTS_PER_PASS = 200


@kinds.job(queue="scoring")
def commit_predictions(*, run: JobRun) -> None:
    """Publish the root over the predictions of a match that has locked. Too early, it waits for the lock."""
    now, match = timezone.now(), locked_match(int(run.key))
    if now < match.lock_at:
        ledger.postpone(run, until=match.lock_at, now=now)
        return
    try:
        made = commitments.commit(match.pk, at=now)
    except commitments.NothingToCommit as reason:
        raise Skip(str(reason)) from reason
    log.info("predictions committed", commitment=made.pk, size=made.size, root=made.root)


def request_commitments(match_ids: Collection[int], *, now: datetime) -> None:
    """See to it that the predictions of these matches are committed to when each locks.

    Call it in the transaction that brings the predictions, or moves the lock.
    """
    locks = dict(Match.objects.filter(pk__in=match_ids).values_list("pk", "lock_at"))
    appointments = {
        str(pk): Appointment(f"match:{pk}", due_at=max(lock_at, now)) for pk, lock_at in locks.items()
    }
    timetable.keep(KIND, appointments, now=now, priority=JobRun.Priority.TODAY)


def sweep_uncommitted(now: datetime) -> int:
    """Queue the commitments that nobody is about to make: of locked matches with a log that grew."""
    ids = list(uncommitted(now=now)[:REQUESTS_PER_PASS])
    request_commitments(ids, now=now)
    return len(ids)


def uncommitted(*, now: datetime) -> QuerySet[PredictionLog, int]:
    """Match ids of locked matches whose newest predictions no commitment covers."""
    covered = Commitment.objects.filter(match=OuterRef("match"), size=OuterRef("size"))
    waiting = JobRun.objects.filter(kind=KIND, state__in=JobRun.OPEN)
    logs = PredictionLog.objects.filter(~Exists(covered), match__lock_at__lt=now)
    busy = [int(key) for key in waiting.values_list("key", flat=True)]
    return (
        logs.exclude(match__in=busy).order_by(F("match__lock_at").desc()).values_list("match_id", flat=True)
    )
