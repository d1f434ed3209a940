"""Roundup jobs and the functions that enqueue them."""

from collections.abc import Collection
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from content.link_images.jobs import request_link_images
from content.models import Roundup
from content.roundups import services, waiting
from content.roundups.services import AwaitsScoring, Draft
from core.pipeline import ledger, registry, scheduling
from core.pipeline.models import JobRun, match_subject, match_subject_of
from core.pipeline.runner import Skip
from matches.models import Match
from matches.statuses import SETTLED
from scoring.jobs import RECENT
from scoring.models import Settlement
from stats.refresh import matviews

log = structlog.get_logger("content")

NOW = timedelta(0)
LEAST_WAIT = timedelta(seconds=5)  # keeps a job from repeating immediately if ROUNDUP_DELAY is 0
URLS = (settings.ROOT_URLCONF,)  # imported in advance, because the first link to a page imports all views
REQUESTS_PER_PASS = 200


def scoring_retry_delay() -> timedelta:
    """Return how long a roundup job is postponed if its match is about to be scored again.

    This is the longer of ROUNDUP_DELAY and LEAST_WAIT.
    """
    return max(settings.ROUNDUP_DELAY, LEAST_WAIT)


def _draft(run: JobRun) -> Draft | AwaitsScoring | None:
    """Draft the roundup before the transaction of the job begins.

    Returns None if the match is not over, and AwaitsScoring if it is about to be scored again. Archive work
    also waits for imports and earlier matches (waiting.py). Raises Skip if the roundup cannot be written yet.
    """
    match_id = int(run.key)
    if Match.objects.filter(pk=match_id).exclude(status__in=SETTLED).exists():
        return None
    try:
        if run.kind == "write_roundup" and run.priority == JobRun.Priority.ARCHIVE:
            waiting.require_settled_past(match_id, now=timezone.now())
        return services.draft(match_id, writer=settings.ROUNDUP_WRITER, rewrite=run.kind == "rewrite_roundup")
    except AwaitsScoring as reason:
        return reason
    except services.NotReady as reason:
        raise Skip(str(reason)) from reason


@registry.job(queue="content", prepare=_draft, longest_wait=scoring_retry_delay, imports=URLS)
def write_roundup(*, run: JobRun, prepared: Draft | AwaitsScoring | None) -> None:
    """Publish the roundup of a match, or withdraw it if the match is not over after all.

    The job is skipped if the views are older than the settlement; the refresh that is due enqueues it again.
    It is postponed while the match is about to be scored again.
    """
    _publish(run, prepared, force=False)


@registry.job(queue="content", prepare=_draft, longest_wait=scoring_retry_delay, imports=URLS)
def rewrite_roundup(*, run: JobRun, prepared: Draft | AwaitsScoring | None) -> None:
    """Publish a new version of a roundup, as an operator requested, even if nothing changed."""
    _publish(run, prepared, force=True)


def _publish(run: JobRun, draft: Draft | AwaitsScoring | None, *, force: bool) -> None:
    if isinstance(draft, AwaitsScoring):
        _postpone(run, draft, now=timezone.now())
        return
    if draft is None:
        if not services.withdraw(int(run.key)):
            raise Skip("The match is not over and has no roundup to withdraw.")
        request_link_images(now=timezone.now(), cause=run)
        log.info("roundup withdrawn")
        return
    try:
        roundup = services.publish(draft, at=timezone.now(), force=force)
    except services.SettledAgain as reason:
        raise Skip(str(reason)) from reason
    except services.FactsChanged as reason:
        _request(run.kind, [int(run.key)], now=timezone.now(), cause=run, delay=NOW)
        log.info("facts changed, roundup queued again", reason=str(reason))
        return
    if roundup is None:
        raise Skip("The published roundup is already up to date.")
    request_link_images(now=timezone.now(), cause=run)
    numbers = draft.article.checks["numbers"]
    log.info("roundup published", roundup=roundup.pk, version=roundup.version, numbers=numbers)


def _postpone(run: JobRun, reason: AwaitsScoring, *, now: datetime) -> None:
    """Postpone the job. During an import, the other queued jobs are postponed with it, in one statement."""
    until = now + scoring_retry_delay()
    if isinstance(reason, waiting.ImportRunning):
        scheduling.defer_archive(run.kind, until=until)
    run.error = str(reason)
    ledger.postpone(run, until=until, now=now)


def request_roundup(
    match_ids: Collection[int],
    *,
    now: datetime,
    cause: JobRun | None = None,
    delay: timedelta | None = None,
) -> list[int]:
    """Enqueue jobs that write the roundups of these matches; return the ids of the jobs.

    They are due after `delay`, by default ROUNDUP_DELAY; rq-scheduler delivers them then.
    """
    delay = settings.ROUNDUP_DELAY if delay is None else delay
    return _request("write_roundup", match_ids, now=now, cause=cause, delay=delay)


def request_rewrite(match_ids: Collection[int], *, now: datetime) -> list[int]:
    """Enqueue jobs that write new versions of the roundups of these matches, even if nothing changed."""
    return _request("rewrite_roundup", match_ids, now=now, cause=None, delay=NOW)


def _request(
    kind: str, match_ids: Collection[int], *, now: datetime, cause: JobRun | None, delay: timedelta
) -> list[int]:
    """Enqueue one job per match. Matches with a recent or future kickoff have priority over older ones."""
    recent = Match.objects.filter(pk__in=match_ids, kickoff_at__gt=now - RECENT)
    today = set(recent.values_list("pk", flat=True))
    groups = {JobRun.Priority.TODAY: today, JobRun.Priority.ARCHIVE: set(match_ids) - today}
    return [
        run_id
        for priority, ids in groups.items()
        if ids
        for run_id in ledger.enqueue(
            kind,
            {str(pk): match_subject(pk) for pk in ids},
            now=now,
            delay=delay,
            priority=priority,
            triggered_by=cause,
        )
    ]


def sweep_unwritten(now: datetime) -> int:
    """Enqueue jobs for missing roundups and for roundups to be withdrawn; return the number of jobs.

    Matches that have an open roundup job are skipped. So are those whose job failed or was cancelled after
    the match was counted: that job stays visible until an operator retries it or the match is settled again.
    """
    wanted = [*unwritten(now=now)[:REQUESTS_PER_PASS], *withdrawn()[:REQUESTS_PER_PASS]]
    return len(request_roundup(wanted, now=now)) if wanted else 0


def unwritten(*, now: datetime) -> QuerySet[Settlement, int]:
    """Return the ids of matches whose settlement is on the leaderboards but has no published roundup.

    Excluded are matches with an open roundup job, with one that failed or was cancelled after the match was
    counted, or with an open scoring job.
    """
    has_roundup = Roundup.objects.filter(
        match=OuterRef("match"), settlement_id=OuterRef("pk"), status=Roundup.Status.PUBLISHED
    )
    runs = _runs("match_id")
    failed = runs.filter(state__in=JobRun.GIVEN_UP)
    # If folded_at is in the future (the clock was ahead), no job can have finished later: any failure counts.
    given_up = Exists(failed.filter(finished_at__gte=OuterRef("folded_at"))) | (
        Q(folded_at__gt=now) & Exists(failed)
    )
    counted = Settlement.objects.filter(
        superseded_at__isnull=True, folded_at__isnull=False, result_version=F("match__result_version")
    )
    rescoring = JobRun.objects.filter(**services.SCORING, subject=match_subject_of("match_id"))
    missing = counted.filter(
        ~Exists(has_roundup),
        matviews.shows_settlement(),
        ~Exists(runs.filter(state__in=JobRun.OPEN)),
        ~given_up,
        ~Exists(rescoring),
    )
    return missing.order_by("-match__kickoff_at").values_list("match_id", flat=True)


def withdrawn() -> QuerySet[Roundup, int]:
    """Return ids of matches that have a published roundup although they are not over after all.

    Leaves out matches with an open roundup job.
    """
    settled = Settlement.objects.filter(match=OuterRef("match"), superseded_at__isnull=True)
    published = Roundup.objects.filter(status=Roundup.Status.PUBLISHED).exclude(match__status__in=SETTLED)
    orphans = published.filter(~Exists(settled), ~Exists(_runs("match_id").filter(state__in=JobRun.OPEN)))
    return orphans.order_by().values_list("match_id", flat=True)


def _runs(match_id: str) -> QuerySet[JobRun]:
    return JobRun.objects.filter(kind="write_roundup", subject=match_subject_of(match_id))
