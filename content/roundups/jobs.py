"""The content app's jobs, and the only doors to them."""

from collections.abc import Collection
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from content.models import Roundup
from content.roundups import services
from content.roundups.services import AwaitsScoring, Draft
from core.pipeline import ledger, registry
from core.pipeline.models import JobRun, match_subject, match_subject_of
from core.pipeline.runner import Skip
from matches.models import Match
from matches.statuses import SETTLED
from scoring.jobs import RECENT
from scoring.models import Settlement
from stats.refresh import matviews

log = structlog.get_logger("content")

NOW = timedelta(0)
LEAST_WAIT = timedelta(seconds=5)  # so that a job does not repeat at once with a ROUNDUP_DELAY of 0
URLS = (settings.ROOT_URLCONF,)  # roundups link to pages: the first link imports every view
REQUESTS_PER_PASS = 200


def scoring_retry_delay() -> timedelta:
    """Return how long a job waits if its match is about to be scored again: as long as a new request does."""
    return max(settings.ROUNDUP_DELAY, LEAST_WAIT)


def _draft(run: JobRun) -> Draft | AwaitsScoring | None:
    """Prepare both jobs outside the transaction; None for a match whose result was taken back."""
    match_id = int(run.key)
    if Match.objects.filter(pk=match_id).exclude(status__in=SETTLED).exists():
        return None
    try:
        return services.draft(match_id, writer=settings.ROUNDUP_WRITER, anew=run.kind == "rewrite_roundup")
    except AwaitsScoring as reason:
        return reason
    except services.NotReady as reason:
        raise Skip(str(reason)) from reason


@registry.job(queue="content", prepare=_draft, longest_wait=scoring_retry_delay, imports=URLS)
def write_roundup(*, run: JobRun, prepared: Draft | AwaitsScoring | None) -> None:
    """Publish the roundup of a match, or take it back if the match is not over after all.

    Refuses to run on views older than the settlement: the refresh that is due schedules it again. While the
    match is about to be scored again, it waits.
    """
    _publish(run, prepared, force=False)


@registry.job(queue="content", prepare=_draft, longest_wait=scoring_retry_delay, imports=URLS)
def rewrite_roundup(*, run: JobRun, prepared: Draft | AwaitsScoring | None) -> None:
    """The same on request: a new version even where nothing changed."""
    _publish(run, prepared, force=True)


def _publish(run: JobRun, draft: Draft | AwaitsScoring | None, *, force: bool) -> None:
    if isinstance(draft, AwaitsScoring):
        now = timezone.now()
        run.error = str(draft)
        ledger.postpone(run, until=now + scoring_retry_delay(), now=now)
        return
    if draft is None:
        if not services.withdraw(int(run.key)):
            raise Skip("The match is not over, and there is no roundup to take back.")
        log.info("roundup withdrawn")
        return
    try:
        roundup = services.publish(draft, at=timezone.now(), force=force)
    except services.OutOfDate as reason:
        raise Skip(str(reason)) from reason
    except services.Overtaken as reason:
        _request(run.kind, [int(run.key)], now=timezone.now(), cause=run, delay=NOW)
        log.info("overtaken, to be written again", reason=str(reason))
        return
    if roundup is None:
        raise Skip("The published roundup says the same already.")
    log.info("roundup published", roundup=roundup.pk, version=roundup.version, numbers=draft.checks.numbers)


def request_roundup(
    match_ids: Collection[int],
    *,
    now: datetime,
    cause: JobRun | None = None,
    delay: timedelta | None = None,
) -> list[int]:
    """Ask for the roundups of these matches, by default ROUNDUP_DELAY from now, through rq-scheduler."""
    delay = settings.ROUNDUP_DELAY if delay is None else delay
    return _request("write_roundup", match_ids, now=now, cause=cause, delay=delay)


def request_rewrite(match_ids: Collection[int], *, now: datetime) -> list[int]:
    """Ask for new versions of these roundups now, whether anything changed or not."""
    return _request("rewrite_roundup", match_ids, now=now, cause=None, delay=NOW)


def _request(
    kind: str, match_ids: Collection[int], *, now: datetime, cause: JobRun | None, delay: timedelta
) -> list[int]:
    """Matches of these days, and those to come, go before archive work."""
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
    """Queue the roundups that nobody is about to write; and those to take back.

    A match whose run failed or was cancelled since it was counted is left alone: that stays visible
    until an operator retries it, or a new settlement asks anew.
    """
    wanted = [*unwritten(now=now)[:REQUESTS_PER_PASS], *withdrawn()[:REQUESTS_PER_PASS]]
    return len(request_roundup(wanted, now=now)) if wanted else 0


def unwritten(*, now: datetime) -> QuerySet[Settlement, int]:
    """Match ids of counted settlements that no published roundup tells, and no job is about to."""
    told = Roundup.objects.filter(
        match=OuterRef("match"), settlement_id=OuterRef("pk"), status=Roundup.Status.PUBLISHED
    )
    runs = _runs("match_id")
    failed = runs.filter(state__in=[JobRun.State.FAILED, JobRun.State.CANCELLED])
    # If a fast clock counted it, nothing has finished since; then any failure ends the search.
    given_up = Exists(failed.filter(finished_at__gte=OuterRef("folded_at"))) | (
        Q(folded_at__gt=now) & Exists(failed)
    )
    counted = Settlement.objects.filter(
        superseded_at__isnull=True, folded_at__isnull=False, result_version=F("match__result_version")
    )
    rescoring = JobRun.objects.filter(**services.SCORING, subject=match_subject_of("match_id"))
    missing = counted.filter(
        ~Exists(told),
        matviews.shows_settlement(),
        ~Exists(runs.filter(state__in=JobRun.OPEN)),
        ~given_up,
        ~Exists(rescoring),
    )
    return missing.order_by("-match__kickoff_at").values_list("match_id", flat=True)


def withdrawn() -> QuerySet[Roundup, int]:
    """Match ids of published roundups whose match lost its result, and no job is about to take them back."""
    settled = Settlement.objects.filter(match=OuterRef("match"), superseded_at__isnull=True)
    published = Roundup.objects.filter(status=Roundup.Status.PUBLISHED).exclude(match__status__in=SETTLED)
    orphans = published.filter(~Exists(settled), ~Exists(_runs("match_id").filter(state__in=JobRun.OPEN)))
    return orphans.order_by().values_list("match_id", flat=True)


def _runs(match_id: str) -> QuerySet[JobRun]:
    return JobRun.objects.filter(kind="write_roundup", subject=match_subject_of(match_id))
