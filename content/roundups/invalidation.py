"""Find and enqueue roundups whose figures are affected by a change to an earlier match.

A roundup describes the state at the time of its match, so a change to an earlier match (corrected, void,
withdrawn or late result) can alter its figures. The cost is bounded: a draft takes some milliseconds, at most
one job per match is queued, and a correction affects at most one season. These jobs have low priority.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from content.models import Roundup
from core.pipeline import ledger
from core.pipeline.models import JobRun, match_subject, match_subject_of
from matches.models import Match
from scoring.models import Settlement
from stats.models import PastChange


def request_following(
    match_ids: Collection[int], past_changes: Sequence[PastChange], *, now: datetime, cause: JobRun | None
) -> list[int]:
    """Enqueue roundup jobs for later matches that these changes can affect, except `match_ids`.

    Returns the ids of the jobs. Call it in the transaction of the refresh. If a roundup is being written at
    this time, another job is enqueued for it, because that draft may not include the change.
    """
    later = list(_after_matches(match_ids)) + list(_after(_since(past_changes)))
    wanted = set(later) - set(match_ids)
    if not wanted:
        return []
    return ledger.enqueue(
        "write_roundup",
        {str(pk): match_subject(pk) for pk in wanted},
        now=now,
        delay=settings.ROUNDUP_DELAY,
        priority=JobRun.Priority.ARCHIVE,
        triggered_by=cause,
    )


def _after_matches(match_ids: Collection[int]) -> QuerySet[Match, int]:
    """Return ids of matches that come after one of these in its season, and have a roundup or a job for one.

    If one of these was settled for the first time, matches with a later kickoff come after it. If it was
    settled again or lost its settlement, matches with the same kickoff are included too.
    """
    first = Settlement.objects.filter(match=OuterRef("pk"), superseded_at__isnull=True, number=1)
    changed = Match.objects.filter(pk__in=match_ids).annotate(is_first=Exists(first))
    seasons = (
        changed.order_by()
        .values_list("season")
        .annotate(
            first=Min("kickoff_at", filter=Q(is_first=True)),
            again=Min("kickoff_at", filter=Q(is_first=False)),
        )
    )
    where = Q()
    for season, first_from, again_from in seasons:
        if first_from:
            where |= Q(season=season, kickoff_at__gt=first_from)
        if again_from:
            where |= Q(season=season, kickoff_at__gte=again_from)
    return _after(where)


def _since(past_changes: Iterable[PastChange]) -> Q:
    where = Q()
    for change in past_changes:
        where |= Q(season=change.season_id, kickoff_at__gte=change.since)
    return where


def _after(where: Q) -> QuerySet[Match, int]:
    """Return ids of matches selected by `where` that have a published roundup or an open job to write one."""
    if not where:
        return Match.objects.none().values_list("pk", flat=True)
    published = Roundup.objects.filter(match=OuterRef("pk"), status=Roundup.Status.PUBLISHED)
    writing = JobRun.objects.filter(
        subject=match_subject_of("pk"), kind__in=["write_roundup", "rewrite_roundup"], state__in=JobRun.OPEN
    )
    return Match.objects.filter(where, Exists(published) | Exists(writing)).values_list("pk", flat=True)
