"""`manage.py pipeline_status`: state of the pipeline, from PostgreSQL."""

from argparse import ArgumentParser
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from core.management.base import Command as BaseCommand
from core.management.base import Exit
from core.pipeline import health
from matches.models import Match
from matches.statuses import SETTLED
from ops.board import result_time, rows_of
from ops.counts import jobs_by_state, pipeline_counts, troubled_jobs
from ops.overdue import Overdue, alarming, overdue, overdue_matches, overdue_of
from ops.timeline import timeline
from stats.refresh import matviews
from stats.refresh.latency import whistle_to_leaderboard
from stats.refresh.view_state import ViewState, view_states

OVERDUE_LISTED = 20


class Command(BaseCommand):
    """Print the state of the pipeline or of one match.

    The pipeline is fresh if every result is scored, counted and shown by the views, and no roundup or result
    is overdue; overdue results of suspended matches are ignored. A match is fresh if all its steps are done
    and its result is not overdue.
    """

    help = (
        "Show jobs, matches and views. Exit code 4 if a result is not on the leaderboards yet, "
        "or a roundup or a result is overdue. Works while Redis is down."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--match", type=int, metavar="ID", help="show the steps and timeline of one match"
        )

    def handle(self, *, match: int | None, **options: Any) -> None:
        now = timezone.now()
        report = overall(now) if match is None else of_one_match(match, now)
        lines = _overall_lines(report) if match is None else _match_lines(report)
        self.answer(report, "\n".join(lines))
        if not report["fresh"]:
            raise CommandError(_not_fresh(report), returncode=Exit.NOT_FRESH)


def overall(now: datetime) -> dict[str, Any]:
    """Return the report on the whole pipeline."""
    matches, latency = pipeline_counts(now=now), whistle_to_leaderboard()
    views = [_view(state, now) for state in view_states(now=now)]
    fresh = not matches.uncounted and all(view["state"] in ("fresh", "empty") for view in views)
    return {
        "as_of": now,
        "fresh": fresh and not matches.roundups_overdue and not alarming(now).exists(),
        "data_version": matviews.data_version(),
        "matches": asdict(matches) | {"results_overdue": overdue_matches(now).count()},
        "overdue_matches": [_overdue(late) for late in overdue(now, limit=OVERDUE_LISTED)],
        "whistle_to_leaderboard_seconds": {"median": latency.median, "p95": latency.p95},
        "jobs": jobs_by_state(),
        "troubled_jobs": troubled_jobs(now=now),
        "views": views,
        "reconciler_silent_seconds": health.reconciler_silent_for(now=now),
    }


def _overdue(late: Overdue) -> dict[str, Any]:
    return {
        **_match(late.match),
        "kickoff_at": late.match.kickoff_at,
        "hours": round(late.hours, 1),
        "text": late.text,
        "to_do": late.to_do,
    }


def _match(match: Match) -> dict[str, Any]:
    return {"id": match.pk, "name": str(match), "status": match.status}


def _view(state: ViewState, now: datetime) -> dict[str, Any]:
    return {
        "view": state.view,
        "state": state.state,
        "refreshed_at": state.refresh.finished_at if state.refresh else None,
        "rows": state.refresh.rows if state.refresh else None,
        "age_seconds": state.age(now),
        "waiting": state.waiting,
    }


def of_one_match(pk: int, now: datetime) -> dict[str, Any]:
    """Return the report on one match. Raises CommandError if no match has this id."""
    found = Match.objects.filter(pk=pk).annotate(recorded_at=result_time())
    match = found.select_related("home_team", "away_team").first()
    if match is None:
        raise CommandError(f"No match with id {pk}.")
    ended = match.status in SETTLED and match.recorded_at
    steps = rows_of([match], now=now)[0].steps if ended else []
    late = overdue_of(match, now)
    return {
        "as_of": now,
        "fresh": late is None and all(step.state == "done" for step in steps),
        "overdue": _overdue(late) if late else None,
        "match": {**_match(match), "result_version": match.result_version},
        "stages": [
            {name: getattr(step, name) for name in ("name", "state", "text", "seconds", "error")}
            for step in steps
        ],
        "timeline": [
            {
                "at": event.at,
                "what": event.what,
                "detail": event.detail,
                "job": event.run.pk if event.run else None,
            }
            for event in timeline(match)
        ],
    }


def _match_lines(report: dict[str, Any]) -> list[str]:
    match, late = report["match"], report["overdue"]
    lines = [
        f"{match['name']} (id {match['id']}): {match['status']}, result version {match['result_version']}"
    ]
    if late:
        lines.append(f"  overdue    {late['text']}: {late['to_do']}")
    for step in report["stages"]:
        is_done = step["state"] == "done"
        text = f"{step['seconds']:.1f} s after the result" if is_done else step["text"]
        lines.append(f"  {step['name']:<10} {step['state']:<8} {text}")
    for event in report["timeline"]:
        lines.append(f"  {event['at']:%H:%M:%S} {event['what']} {event['detail']}".rstrip())
    return lines


def _overall_lines(report: dict[str, Any]) -> list[str]:
    lines = ["Matches   " + _numbers(report["matches"])]
    for late in report["overdue_matches"]:
        lines.append(f"Overdue   {late['name']} (id {late['id']}): {late['text']}; {late['to_do']}")
    for kind, states in report["jobs"].items():
        lines.append(f"Jobs      {kind}: {_numbers(states)}")
    for job in report["troubled_jobs"]:
        lines.append(
            f"Trouble   #{job['id']} {job['kind']} {job['subject']}: {job['trouble']}, {job['error']}"
        )
    for view in report["views"]:
        rows = f", {view['rows']} rows, {view['age_seconds']:.0f} s old" if view["refreshed_at"] else ""
        waiting = f", {view['waiting']} changes not shown" if view["waiting"] else ""
        lines.append(f"View      {view['view']}: {view['state']}{rows}{waiting}")
    wait, silent = report["whistle_to_leaderboard_seconds"], report["reconciler_silent_seconds"]
    return [
        *lines,
        f"Whistle to leaderboard: median {wait['median']} s, p95 {wait['p95']} s",
        "Reconciler: " + ("has never run" if silent is None else f"{silent:.0f} s ago"),
        f"Data version {report['data_version']}, {'fresh' if report['fresh'] else 'not fresh'}",
    ]


def _numbers(counts: dict[str, int]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items())


def _not_fresh(report: dict[str, Any]) -> str:
    if report.get("overdue"):
        return "Not fresh: this match has no result long after its kickoff."
    if "match" in report:
        return "Not fresh: the newest result of this match is not fully processed yet."
    matches = report["matches"]
    waiting = matches["finished"] + matches["void"] - matches["counted"]
    return (
        f"Not fresh. Matches not counted yet: {waiting}; overdue roundups: {matches['roundups_overdue']};"
        f" overdue results: {matches['results_overdue']}. Run `manage.py doctor` to find the cause."
    )
