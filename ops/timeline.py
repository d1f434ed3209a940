"""Timeline of one match: its pipeline events in chronological order, with the jobs that caused them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from content.models import Roundup
from core.pipeline.models import JobRun, match_subject
from matches.models import Match, ResultRevision
from matches.result import score_text
from scoring.models import Settlement
from stats.refresh import latency

MAX_SETTLEMENTS = 20  # newest settlements whose refresh is looked up; more per match are not expected


@dataclass(frozen=True, slots=True)
class Event:
    """Event in the timeline. `since_result` and `gap` (since the previous event) are in seconds."""

    at: datetime
    what: str
    detail: str = ""
    run: JobRun | None = None
    is_result: bool = False
    since_result: float | None = None
    gap: float | None = None


def timeline(match: Match) -> list[Event]:
    """Return all events of the match, oldest first, each with the time since the latest result before it."""
    settlements = list(Settlement.objects.filter(match=match).order_by("number"))
    events = [
        *_results(match),
        *_ground_moves(match),
        *_jobs(match),
        *_settled(settlements),
        *_counted(match, settlements),
        *_roundups(match),
    ]
    return _timed(sorted(events, key=lambda event: event.at))


def _timed(events: list[Event]) -> list[Event]:
    timed: list[Event] = []
    result_at: datetime | None = None
    for event in events:
        result_at = event.at if event.is_result else result_at
        since = (event.at - result_at).total_seconds() if result_at and not event.is_result else None
        gap = (event.at - timed[-1].at).total_seconds() if timed else None
        timed.append(replace(event, since_result=since, gap=gap))
    return timed


def _results(match: Match) -> Iterator[Event]:
    for row in ResultRevision.objects.filter(match=match).select_related("recorded_by"):
        who = f"by {row.recorded_by}" if row.recorded_by else f"from {row.source}"
        detail = f"{row.status} {score_text(row)}, {who}" + (f": {row.reason}" if row.reason else "")
        yield Event(row.recorded_at, f"Result {row.version} recorded", detail, is_result=True)


def _ground_moves(match: Match) -> Iterator[Event]:
    for move in match.ground_moves.select_related("home_team"):
        yield Event(move.moved_at, "Ground moved", f"to {move.home_team}, from {move.source}")


def _jobs(match: Match) -> Iterator[Event]:
    for run in JobRun.objects.filter(subject=match_subject(match.pk)).defer("traceback").order_by("pk"):
        yield Event(run.created_at, f"{run.kind} queued", "", run=run)
        if at := run.finished_at or run.started_at:
            yield Event(at, f"{run.kind} {run.state}", _run_details(run), run=run)


def _run_details(run: JobRun) -> str:
    parts = [f"attempt {run.tries}/{run.ATTEMPTS}"]
    if run.started_at and run.finished_at:
        parts.append(f"ran {(run.finished_at - run.started_at).total_seconds():.2f} s")
    return ", ".join([*parts, run.error.partition("\n")[0]] if run.error else parts)


def _settled(settlements: list[Settlement]) -> Iterator[Event]:
    for row in settlements:
        detail = f"result {row.result_version}, {row.predictions} predictions, quotas {row.quotas}"
        yield Event(row.settled_at, f"Settlement {row.number} made", detail)
        if row.superseded_at:
            yield Event(row.superseded_at, f"Settlement {row.number} superseded")


def _counted(match: Match, settlements: list[Settlement]) -> Iterator[Event]:
    counted = [row for row in settlements if row.folded_at][-MAX_SETTLEMENTS:]
    runs = _refreshes_around([row.folded_at for row in counted if row.folded_at])
    shown = latency.counted().filter(match=match)
    fresh_at = dict(shown.values_list("pk", "fresh_at"))
    for row in counted:
        assert row.folded_at is not None
        run = next((run for run in runs if _ran_at(run, row.folded_at)), None)
        detail = "" if run else "by a command or the cron endpoint"
        at = fresh_at.get(row.pk) or row.folded_at
        yield Event(at, f"Settlement {row.number} counted, leaderboards refreshed", detail, run=run)


def _ran_at(run: JobRun, moment: datetime) -> bool:
    return (
        run.started_at is not None
        and run.finished_at is not None
        and run.started_at <= moment <= run.finished_at
    )


def _refreshes_around(moments: list[datetime]) -> list[JobRun]:
    """Return the refresh jobs that were running at these times.

    A refresh job is for all matches, so the jobs of one match can only be found by time.
    """
    if not moments:
        return []
    around = Q()
    for moment in moments:
        around |= Q(started_at__lte=moment, finished_at__gte=moment)
    return list(JobRun.objects.filter(around, kind="refresh_views").defer("traceback"))


def _roundups(match: Match) -> Iterator[Event]:
    for row in Roundup.objects.filter(match=match).defer("body", "body_html", "facts", "spans"):
        detail = (
            row.title
            if row.status == Roundup.Status.PUBLISHED
            else f"{row.title}; superseded: {row.supersede_reason}"
        )
        yield Event(row.written_at, f"Roundup {row.version} written", detail)
