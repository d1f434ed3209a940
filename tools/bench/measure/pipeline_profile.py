"""Where the time goes between a result and its leaderboard, by the ledger's own clock."""

from collections.abc import Iterator
from datetime import datetime
from statistics import median

from django.db.models import QuerySet

from core.pipeline.models import JobRun


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


def backlog(*, after: int, began: datetime) -> str:
    """Of many runs that were caused at once: what their workers did from then to the last run's end."""
    kinds = JobRun.objects.filter(pk__gt=after, state=JobRun.State.DONE).values_list("kind", flat=True)
    runs = {kind: list(_done(kind, after)) for kind in sorted(set(kinds.order_by()))}
    ended = max(run.finished_at for its in runs.values() for run in its if run.finished_at)
    return "; ".join(_shares(kind, its, _ms(began, ended)) for kind, its in runs.items())


def _shares(kind: str, runs: list[JobRun], whole: float) -> str:
    """How the time of the one worker of this kind divides; the rest of the whole it had nothing to do.

    A run's own clock goes from just before its claim to just before its commit. What is between two runs,
    the second being due, is that commit, the batch's next turn, and now and then a fork.
    """
    waited = [_ms(max(run.created_at, run.due_at), run.started_at) for run in runs]
    working = [_ms(run.started_at, run.finished_at) for run in runs]
    between = list(_between(runs))
    return (
        f"{kind}, {len(runs)} runs: {sum(working) / whole:.0%} of the time claim and effect (median "
        f"{median(working):.1f} ms), {sum(between) / whole:.0%} commit and next turn (median "
        f"{median(between):.1f} ms), waited {median(waited) / 1000:.1f} s (median)"
    )


def _between(runs: list[JobRun]) -> Iterator[float]:
    """Milliseconds that each run waited although the worker had ended the one before; the first for all."""
    free = runs[0].created_at
    for run in runs:
        yield max(0.0, _ms(max(free, run.created_at, run.due_at), run.started_at))
        free = run.finished_at or free


def _done(kind: str, after: int) -> QuerySet[JobRun]:
    return JobRun.objects.filter(kind=kind, state=JobRun.State.DONE, pk__gt=after).order_by("started_at")


def _ms(one: datetime | None, other: datetime | None) -> float:
    assert one is not None
    assert other is not None
    return (other - one).total_seconds() * 1000
