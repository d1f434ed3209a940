"""Breakdown of the time between a result and its leaderboard, from the times in the ledger."""

from collections.abc import Iterator
from datetime import datetime
from statistics import median

from django.db.models import QuerySet

from core.pipeline.models import JobRun


def one_match(*, after: int) -> str:
    """Return the steps of single matches: medians of the runs newer than `after`."""
    scores, refreshes = _done("score_match", after), _done("refresh_views", after)
    parts = {
        "picked up after": [_ms(run.created_at, run.started_at) for run in scores],
        "scored in": [_ms(run.started_at, run.finished_at) for run in scores],
        "refresh due, begun after": [_ms(run.due_at, run.started_at) for run in refreshes],
        "refreshed in": [_ms(run.started_at, run.finished_at) for run in refreshes],
    }
    return "medians: " + ", ".join(f"{name} {median(values):.0f} ms" for name, values in parts.items())


def backlog(*, after: int, began: datetime) -> str:
    """Return how workers spent their time on simultaneous runs, from `began` to the end of the last run."""
    kinds = JobRun.objects.filter(pk__gt=after, state=JobRun.State.DONE).values_list("kind", flat=True)
    runs = {kind: list(_done(kind, after)) for kind in sorted(set(kinds.order_by()))}
    ended = max(run.finished_at for its in runs.values() for run in its if run.finished_at)
    return "; ".join(_shares(kind, its, _ms(began, ended)) for kind, its in runs.items())


def _shares(kind: str, runs: list[JobRun], whole: float) -> str:
    """Return how the single worker of this kind spent its time; for the rest of `whole` it was idle.

    The recorded times of a run start just before its claim and end just before its commit. The time between
    two runs, if the second is due, is that commit, the batch's next iteration, and sometimes a fork.
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
    """Yield the milliseconds that each run waited after the worker had ended the previous one."""
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
