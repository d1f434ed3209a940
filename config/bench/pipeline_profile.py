"""Where the time goes between a result and its leaderboard, by the ledger's own clock."""

from datetime import datetime
from itertools import pairwise
from statistics import median

from django.db.models import QuerySet

from config.pipeline.models import JobRun


def one_match(*, after: int) -> str:
    """The steps of a match that is alone; medians of the runs that are newer than this one."""
    scores, refreshes = _done("score_match", after), _done("refresh_views", after)
    parts = {
        "picked up after": [_ms(run.created_at, run.started_at) for run in scores],
        "scored in": [_ms(run.started_at, run.finished_at) for run in scores],
        "refresh due, begun after": [_ms(run.due_at, run.started_at) for run in refreshes],
        "refreshed in": [_ms(run.started_at, run.finished_at) for run in refreshes],
    }
    return "medians: " + ", ".join(f"{name} {median(values):.0f} ms" for name, values in parts.items())


def backlog(*, after: int) -> str:
    """Of many runs: how long one takes by itself, and how far apart they begin."""
    return "; ".join(_pace(kind, after) for kind in ("score_match", "write_roundup"))


def _pace(kind: str, after: int) -> str:
    runs = list(_done(kind, after))
    took = median(_ms(run.started_at, run.finished_at) for run in runs)
    apart = median(_ms(one.started_at, other.started_at) for one, other in pairwise(runs))
    return f"{kind} from claim to end {took:.1f} ms, from one claim to the next {apart:.1f} ms (medians)"


def _done(kind: str, after: int) -> QuerySet[JobRun]:
    return JobRun.objects.filter(kind=kind, state=JobRun.State.DONE, pk__gt=after).order_by("started_at")


def _ms(one: datetime | None, other: datetime | None) -> float:
    assert one is not None
    assert other is not None
    return (other - one).total_seconds() * 1000
