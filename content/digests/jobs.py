"""The job that writes digests, and the functions that enqueue it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db.models import Min, Q
from django.utils import timezone

from content.digests import due_rounds, publication
from content.digests.due_rounds import RoundState
from content.digests.publication import DigestDraft
from content.models import Digest
from content.roundups import waiting
from content.roundups.jobs import URLS, scoring_retry_delay
from content.roundups.services import AwaitsScoring
from core.pipeline import ledger, registry, scheduling
from core.pipeline.models import JobRun
from core.pipeline.runner import Skip
from matches.models import Match
from matches.statuses import SETTLED
from scoring.jobs import RECENT
from stats.models import PastChange

log = structlog.get_logger("content")

REQUESTS_PER_PASS = 200
DueRound = tuple[int, str, datetime | None]  # stage, label, last kickoff


def _draft(run: JobRun) -> DigestDraft | AwaitsScoring | tuple[int, str]:
    """Draft the digest before the transaction of the job begins.

    Returns stage and label of the round if it is not complete, and AwaitsScoring if facts are about to change
    (roundups/waiting.py). Raises Skip if the round does not exist.
    """
    stage_id, label = _round_of(run.key)
    if run.priority == JobRun.Priority.ARCHIVE:
        try:
            waiting.require_settled_past(_last_match(stage_id, label), now=timezone.now())
        except AwaitsScoring as reason:
            return reason
    return publication.draft(stage_id, label) or (stage_id, label)


def _last_match(stage_id: int, label: str) -> int:
    settled = Match.objects.filter(stage=stage_id, round_label=label, status__in=SETTLED)
    last = settled.order_by("-kickoff_at", "-pk").values_list("pk", flat=True).first()
    if last is None:
        raise Skip("No match of the round is over.")
    return last


def _round_of(key: str) -> tuple[int, str]:
    stage_id = int(key.partition(":")[0])
    of_stage = {"stage": stage_id}
    labels = Match.objects.filter(**of_stage).order_by().values_list("round_label", flat=True)
    labels = labels.union(Digest.objects.filter(**of_stage).order_by().values_list("round_label", flat=True))
    for label in labels:
        if due_rounds.key_of(stage_id, label) == key:
            return stage_id, label
    raise Skip("The round has no matches any more.")


@registry.job(queue="content", prepare=_draft, longest_wait=scoring_retry_delay, imports=URLS)
def write_digest(*, run: JobRun, prepared: DigestDraft | AwaitsScoring | tuple[int, str]) -> None:
    """Publish the digest of a round, or withdraw it if one of its matches is not over after all.

    Archive work is postponed while an import is running and while a match is about to be scored.
    """
    now = timezone.now()
    if isinstance(prepared, AwaitsScoring):
        _postpone(run, prepared, now=now)
    elif isinstance(prepared, tuple):
        if not publication.withdraw(*prepared):
            raise Skip("The round is not complete; the next refresh will schedule its digest.")
        log.info("digest withdrawn")
    else:
        _publish(run, prepared, now=now)


def _publish(run: JobRun, draft: DigestDraft, *, now: datetime) -> None:
    try:
        digest = publication.publish(draft, at=now)
    except publication.RoundChanged as reason:
        _enqueue([_due(draft.played)], now=now, cause=run, delay=timedelta(0))
        log.info("round changed, digest queued again", reason=str(reason))
        return
    if digest is None:
        raise Skip("The published digest is already up to date.")
    log.info("digest published", digest=digest.pk, version=digest.version)


def _postpone(run: JobRun, reason: AwaitsScoring, *, now: datetime) -> None:
    until = now + scoring_retry_delay()
    if isinstance(reason, waiting.ImportRunning):
        scheduling.defer_archive(run.kind, until=until)
    run.error = str(reason)
    ledger.postpone(run, until=until, now=now)


def request_digests(
    match_ids: Collection[int], past_changes: Sequence[PastChange], *, now: datetime, cause: JobRun | None
) -> list[int]:
    """Enqueue the digests that these changes complete or can alter; return the ids of the jobs.

    These are the rounds of the matches, if they are complete or have a digest, and the digests of later
    rounds of the season. Call it in the transaction of the refresh.
    """
    own = due_rounds.of_matches(match_ids)
    where = _later(match_ids, past_changes)
    for each in own:
        where |= Q(stage=each.stage_id, round_label=each.label)
    if not where:
        return []
    published = Digest.objects.filter(where, status=Digest.Status.PUBLISHED)
    due: set[DueRound] = set(published.values_list("stage_id", "round_label", "as_of").order_by())
    due |= {_due(each) for each in own if each.is_complete}
    return _enqueue(due, now=now, cause=cause, delay=settings.ROUNDUP_DELAY)


def _due(played: RoundState) -> DueRound:
    return played.stage_id, played.label, played.as_of


def _later(match_ids: Collection[int], past_changes: Sequence[PastChange]) -> Q:
    """Return the condition for digests of rounds that ended after one of these matches or changes."""
    where = Q()
    seasons = Match.objects.filter(pk__in=match_ids).order_by().values_list("season")
    for season, since in seasons.annotate(since=Min("kickoff_at")):
        where |= Q(stage__season=season, as_of__gte=since)
    for change in past_changes:
        where |= Q(stage__season=change.season_id, as_of__gte=change.since)
    return where


def _enqueue(due: Iterable[DueRound], *, now: datetime, cause: JobRun | None, delay: timedelta) -> list[int]:
    """Enqueue one job per round. Rounds whose last match was recent have priority over older ones."""
    subjects: dict[JobRun.Priority, dict[str, str]] = {}
    for stage_id, label, as_of in due:
        is_recent = as_of is None or as_of > now - RECENT
        priority = JobRun.Priority.TODAY if is_recent else JobRun.Priority.ARCHIVE
        subjects.setdefault(priority, {})[due_rounds.key_of(stage_id, label)] = subject_of(stage_id, label)
    return [
        run_id
        for priority, wanted in subjects.items()
        for run_id in ledger.enqueue(
            "write_digest", wanted, now=now, delay=delay, priority=priority, triggered_by=cause
        )
    ]


def subject_of(stage_id: int, label: str) -> str:
    """Return the subject of jobs about this round; reads.py computes the same in SQL."""
    return f"stage {stage_id}, {label}"[:80]


def sweep_digests(now: datetime) -> int:
    """Enqueue complete rounds without a digest of their current settlements; return the number of jobs.

    Rounds are skipped if their newest job is open, failed or was cancelled.
    """
    missing = due_rounds.without_digest()
    kept = _open_or_given_up([each.key for each in missing])
    due = [_due(each) for each in missing if each.key not in kept][:REQUESTS_PER_PASS]
    return len(_enqueue(due, now=now, cause=None, delay=settings.ROUNDUP_DELAY))


def _open_or_given_up(keys: Collection[str]) -> set[str]:
    """Return the keys whose newest job is open, failed or was cancelled."""
    newest = (
        JobRun.objects.filter(kind="write_digest", key__in=keys)
        .order_by("key", "-pk")
        .distinct("key")
        .values_list("key", "state")
    )
    return {key for key, state in newest if state in (*JobRun.OPEN, *JobRun.GIVEN_UP)}
