"""Pipeline steps of a match from its result to its roundup, computed without database access."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from content.models import Roundup
from core.pipeline.models import JobRun
from scoring.models import Settlement

GRACE = timedelta(seconds=60)  # a step that is later than this is stuck and needs attention

ICONS = {
    "done": "✓",
    "running": "▶",
    "waiting": "…",
    "none": "-",
    "stuck": "⚠",
    "failed": "✗",
    "skipped": "-",
}
URGENCY = ("failed", "stuck", "running", "waiting", "done")  # states of a match, most urgent first


@dataclass(frozen=True, slots=True)
class PipelineStep:
    """Step of one match. `seconds` is the time from the recorded result until the step was done, or None."""

    name: str
    state: str
    text: str
    seconds: float | None = None
    run: JobRun | None = None
    error: str = ""

    @property
    def icon(self) -> str:
        return ICONS[self.state]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchProgress:
    """Data from which the steps of one match are computed; `recorded_at` is the time of its newest result.

    `first_*_at` are the times at which that result was first scored, counted and published. Durations are
    measured to these times, because late predictions or a correction of another match can repeat a step
    months later.
    """

    result_version: int
    recorded_at: datetime
    settlement: Settlement | None = None
    roundup: Roundup | None = None
    first_settled_at: datetime | None = None
    first_fresh_at: datetime | None = None
    first_published_at: datetime | None = None
    score_run: JobRun | None = None
    refresh_run: JobRun | None = None
    roundup_run: JobRun | None = None

    def seconds_until(self, at: datetime) -> float:
        return (at - self.recorded_at).total_seconds()


def pipeline_steps(progress: MatchProgress, *, now: datetime) -> list[PipelineStep]:
    """Return the steps "scored", "counted" and "published" with their states."""
    scored = _scored(progress, now)
    counted = PipelineStep("counted", "none", "after scoring")
    published = PipelineStep("published", "none", "after counting")
    if scored.state == "done":
        counted = _counted(progress, now)
    if counted.state == "done":
        published = _published(progress, now)
    return [scored, counted, published]


def most_urgent(steps: list[PipelineStep]) -> str:
    """Return the most urgent state of the steps; `done` if all are done."""
    return min((step.state for step in steps if step.state in URGENCY), key=URGENCY.index)


def _scored(progress: MatchProgress, now: datetime) -> PipelineStep:
    settlement = progress.settlement
    if settlement and settlement.result_version == progress.result_version:
        text = "void" if settlement.voided else f"{settlement.predictions} predictions"
        at = progress.first_settled_at or settlement.settled_at
        return PipelineStep("scored", "done", text, progress.seconds_until(at), progress.score_run)
    return _under_way("scored", progress.score_run, due_at=progress.recorded_at, now=now)


def _counted(progress: MatchProgress, now: datetime) -> PipelineStep:
    settlement = progress.settlement
    assert settlement is not None  # scored comes first
    if settlement.folded_at:
        at = progress.first_fresh_at or settlement.folded_at
        return PipelineStep("counted", "done", "on the leaderboards", progress.seconds_until(at))
    # The newest refresh is relevant only if it is unfinished or ended after this match was settled.
    run = progress.refresh_run
    relevant = run is not None and (run.finished_at is None or run.finished_at > settlement.settled_at)
    return _under_way("counted", run if relevant else None, due_at=settlement.settled_at, now=now)


def _published(progress: MatchProgress, now: datetime) -> PipelineStep:
    settlement, roundup, run = progress.settlement, progress.roundup, progress.roundup_run
    assert settlement is not None
    if roundup and roundup.settlement_id == settlement.pk:
        at = progress.first_published_at or roundup.written_at
        if run and run.state == JobRun.State.FAILED and run.created_at > roundup.written_at:
            return PipelineStep("published", "failed", "update failed", run=run, error=run.error)
        return PipelineStep(
            "published", "done", f"version {roundup.version}", progress.seconds_until(at), run
        )
    counted_at = settlement.folded_at or settlement.settled_at
    return _under_way("published", run, due_at=counted_at + settings.ROUNDUP_DELAY, now=now)


def _under_way(name: str, run: JobRun | None, *, due_at: datetime, now: datetime) -> PipelineStep:
    """Return an unfinished step, with its state: failed, running, waiting, or stuck (too late)."""
    if run and run.state in JobRun.GIVEN_UP:
        return PipelineStep(name, "failed", run.state, run=run, error=run.error)
    if run and run.state == JobRun.State.RUNNING:
        return PipelineStep(name, "running", "in progress", run=run, error=run.error)
    if run is None or run.state != JobRun.State.QUEUED:
        if now - due_at > GRACE:
            return PipelineStep(name, "stuck", "no job", run=run)
        return PipelineStep(name, "waiting", "to be queued", run=run)
    due_at = max(due_at, run.postponed_at or run.due_at)  # a postponed run is due later again and again
    state, text = "waiting", "queued"
    if run.priority < JobRun.Priority.TODAY and run.pushed_at is None:
        text = "archive work, after today's matches"
    elif now - due_at > GRACE:
        state, text = "stuck", "postponed for too long" if run.postponed_at else "not picked up by a worker"
    return PipelineStep(name, state, text, run=run, error=run.error)
