"""Numbers of matches by pipeline step and of jobs by state, for `pipeline_status` and the status page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from content.models import Roundup
from core.pipeline import health
from core.pipeline.models import JobRun
from matches.models import Match, ResultRevision
from matches.statuses import SETTLED, VOID
from ops.steps import GRACE
from scoring.models import Settlement
from stats.tallies import fold

State = JobRun.State
NEWEST = 1_000  # results; older matches are counted only if something about them is unfinished
_MATCH_JOBS = ("score_match", "write_roundup", "rewrite_roundup")


@dataclass(frozen=True, slots=True)
class PipelineCounts:
    """Counts of ended matches by pipeline step; `finished` plus `void` is the number of matches examined.

    `roundups_overdue` counts matches without a published roundup of their current settlement, if the
    leaderboards have included the settlement for longer than ROUNDUP_DELAY plus GRACE.
    """

    finished: int
    void: int
    scored: int
    counted: int
    published: int
    roundups_overdue: int

    @property
    def uncounted(self) -> int:
        """Number of ended matches whose newest result is not on the leaderboards."""
        return self.finished + self.void - self.counted


def pipeline_counts(*, now: datetime) -> PipelineCounts:
    """Count ended matches that have a recent result, an open or failed job, or an uncounted settlement.

    Recent results are the newest 1,000 (NEWEST), so the cost does not grow with the number of matches. Older
    matches with unfinished steps are still found by their jobs: a result and its scoring job are written in
    one transaction, a failed job stays failed, and the reconciler queues missing jobs.
    """
    return PipelineCounts(
        **_ended(now)
        .filter(pk__in=_examined())
        .aggregate(
            finished=Count("pk", filter=~Q(status__in=VOID)),
            void=Count("pk", filter=Q(status__in=VOID)),
            scored=Count("pk", filter=Q(is_scored=True)),
            counted=Count("pk", filter=Q(is_counted=True)),
            published=Count("pk", filter=Q(is_published=True)),
            roundups_overdue=Count("pk", filter=Q(on_boards_long=True, is_published=False)),
        )
    )


def _examined() -> set[int]:
    """Return the ids of the matches that pipeline_counts() examines."""
    newest = ResultRevision.objects.order_by("-pk").values_list("match_id", flat=True)[:NEWEST]
    to_fold = fold.to_fold().values_list("match_id", flat=True)
    jobs = JobRun.objects.filter(kind__in=_MATCH_JOBS, state__in=(*JobRun.OPEN, State.FAILED)).values_list(
        "key", flat=True
    )
    return {*newest, *to_fold, *map(int, jobs)}


def _ended(now: datetime) -> QuerySet[Match]:
    scored = Settlement.objects.filter(
        match=OuterRef("pk"), superseded_at__isnull=True, result_version=OuterRef("result_version")
    )
    counted = scored.filter(folded_at__isnull=False)
    published = Roundup.objects.filter(
        match=OuterRef("pk"),
        status=Roundup.Status.PUBLISHED,
        settlement_id__in=Settlement.objects.filter(superseded_at__isnull=True).values("pk"),
    )
    return Match.objects.filter(status__in=SETTLED).annotate(
        is_scored=Exists(scored),
        is_counted=Exists(counted),
        on_boards_long=Exists(counted.filter(folded_at__lt=now - settings.ROUNDUP_DELAY - GRACE)),
        is_published=Exists(published),
    )


def jobs_by_state() -> dict[str, dict[str, int]]:
    """Count the jobs by kind and state. The ledger keeps finished jobs for 30 days."""
    counts: dict[str, dict[str, int]] = {}
    for row in JobRun.objects.values("kind", "state").annotate(n=Count("pk")).order_by("kind", "state"):
        counts.setdefault(row["kind"], {})[row["state"]] = row["n"]
    return counts


def troubled_jobs(*, now: datetime, limit: int = 20) -> list[dict[str, Any]]:
    """Return the newest jobs that failed, are overdue, or run with an expired lease."""
    was_pushed = Q(priority__gte=JobRun.Priority.TODAY) | Q(pushed_at__lt=now - health.OVERDUE)
    may_wait = Q()
    for queue, max_delay in health.MAX_DELAY_BY_QUEUE.items():
        may_wait |= Q(queue=queue, due_at__gte=now - max_delay)
    overdue = Q(was_pushed, ~may_wait, state=State.QUEUED, due_at__lt=now - health.OVERDUE)
    abandoned = Q(state=State.RUNNING, lease_until__lt=now)
    rows = JobRun.objects.filter(Q(state=State.FAILED) | overdue | abandoned).order_by("-pk")
    return [
        {
            "id": run.pk,
            "kind": run.kind,
            "subject": run.subject or run.key,
            "trouble": run.state if run.state == State.FAILED else f"{run.state}, overdue",
            "attempt": run.attempt,
            "error": run.error.partition("\n")[0],
        }
        for run in rows.defer("traceback")[:limit]
    ]
