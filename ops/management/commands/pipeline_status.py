"""`manage.py pipeline_status`: state of the pipeline, from PostgreSQL."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import CommandError
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from core.management.base import Command as BaseCommand
from core.management.base import Exit
from core.pipeline import health
from matches.models import Match, ResultRevision
from matches.statuses import SETTLED
from ops.board import rows_of
from ops.counts import jobs_by_state, pipeline_counts, troubled_jobs
from ops.overdue import Overdue, alarming, overdue, overdue_matches, overdue_of
from ops.timeline import timeline
from stats.refresh import matviews
from stats.refresh.latency import whistle_to_leaderboard
from stats.refresh.view_state import ViewState, view_states

OVERDUE_NAMED = 20


class Command(BaseCommand):
    """Print the state of the pipeline or of one match.

    Fresh means: no roundup and no result (but of suspended matches) is overdue, and every result is scored,
    counted and shown by the views.
    """

    help = (
        "Show jobs, matches and views. Exit code 4 if a result is not on the boards yet, "
        "or a roundup or a result is overdue. Works while Redis is down."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--match", type=int, metavar="ID", help="the way of one match through the pipeline"
        )

    def handle(self, *, match: int | None, **options: Any) -> None:
        now = timezone.now()
        report = overall(now) if match is None else of_one_match(match, now)
        self.answer(report, "\n".join(_lines(report)))
        if not report["fresh"]:
            raise CommandError(_not_fresh(report), returncode=Exit.NOT_FRESH)


def overall(now: datetime) -> dict[str, Any]:
    """Return the report on the whole pipeline."""
    matches, latency = pipeline_counts(now=now), whistle_to_leaderboard()
    views = [_view(state, now) for state in view_states(now=now)]
    results_overdue = overdue_matches(now).count()
    fresh = not matches.uncounted and all(view["state"] in ("fresh", "empty") for view in views)
    return {
        "as_of": now,
        "fresh": fresh and not matches.late and not alarming(now).exists(),
        "data_version": matviews.data_version(),
        "matches": {
            "finished": matches.finished,
            "void": matches.void,
            "scored": matches.scored,
            "counted": matches.counted,
            "published": matches.published,
            "roundups_overdue": matches.late,
            "results_overdue": results_overdue,
        },
        "overdue_matches": [_overdue(late) for late in overdue(now, limit=OVERDUE_NAMED)],
        "whistle_to_leaderboard_seconds": {"median": latency.median, "p95": latency.p95},
        "jobs": jobs_by_state(),
        "troubled_jobs": troubled_jobs(now=now),
        "views": views,
        "reconciler_silent_seconds": health.reconciler_silent_for(now=now),
    }


def _overdue(late: Overdue) -> dict[str, Any]:
    return {
        "id": late.match.pk,
        "name": str(late.match),
        "status": late.match.status,
        "kickoff_at": late.match.kickoff_at,
        "hours": round(late.hours, 1),
        "text": late.text,
        "to_do": late.to_do,
    }


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
    """Return the report on one match. Raises CommandError if it does not exist."""
    newest = ResultRevision.objects.filter(match=OuterRef("pk"), version=OuterRef("result_version"))
    found = Match.objects.filter(pk=pk).annotate(whistle_at=Subquery(newest.values("recorded_at")[:1]))
    match = found.select_related("home_team", "away_team").first()
    if match is None:
        raise CommandError(f"There is no match with id {pk}.")
    ended = match.status in SETTLED and match.whistle_at
    stages = rows_of([match], now=now)[0].stages if ended else []
    late = overdue_of(match, now)
    return {
        "as_of": now,
        "fresh": late is None and all(stage.state == "done" for stage in stages),
        "overdue": _overdue(late) if late else None,
        "match": {
            "id": pk,
            "name": str(match),
            "status": match.status,
            "result_version": match.result_version,
        },
        "stages": [
            {
                "name": stage.name,
                "state": stage.state,
                "text": stage.text,
                "seconds": stage.seconds,
                "error": stage.error,
            }
            for stage in stages
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


def _lines(report: dict[str, Any]) -> list[str]:
    return _match_lines(report) if "match" in report else _overall_lines(report)


def _match_lines(report: dict[str, Any]) -> list[str]:
    match = report["match"]
    head = f"{match['name']} (id {match['id']}): {match['status']}, result version {match['result_version']}"
    stages = [
        f"  {stage['name']:<10} {stage['state']:<8} "
        + (f"{stage['seconds']:.1f} s after the whistle" if stage["state"] == "done" else stage["text"])
        for stage in report["stages"]
    ]
    events = [
        f"  {event['at']:%H:%M:%S} {event['what']} {event['detail']}".rstrip() for event in report["timeline"]
    ]
    late = report["overdue"]
    overdue = [f"  overdue    {late['text']}: {late['to_do']}"] if late else []
    return [head, *overdue, *stages, *events]


def _overall_lines(report: dict[str, Any]) -> list[str]:
    wait, silent = report["whistle_to_leaderboard_seconds"], report["reconciler_silent_seconds"]
    return [
        "Matches   " + ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in report["matches"].items()),
        *(
            f"Overdue   {late['name']} (id {late['id']}): {late['text']}; {late['to_do']}"
            for late in report["overdue_matches"]
        ),
        *(
            f"Jobs      {kind}: " + ", ".join(f"{state} {n}" for state, n in states.items())
            for kind, states in report["jobs"].items()
        ),
        *(
            f"Trouble   #{job['id']} {job['kind']} {job['subject']}: {job['trouble']}, {job['error']}"
            for job in report["troubled_jobs"]
        ),
        *(
            f"View      {view['view']}: {view['state']}"
            + (f", {view['rows']} rows, {view['age_seconds']:.0f} s old" if view["refreshed_at"] else "")
            + (f", {view['waiting']} changes not shown" if view["waiting"] else "")
            for view in report["views"]
        ),
        f"Whistle to leaderboard: median {wait['median']} s, p95 {wait['p95']} s",
        "Reconciler: " + ("never seen" if silent is None else f"{silent:.0f} s ago"),
        f"Data version {report['data_version']}, {'fresh' if report['fresh'] else 'not fresh'}",
    ]


def _not_fresh(report: dict[str, Any]) -> str:
    if report.get("overdue"):
        return "Not fresh: this match should be over and has no result."
    if "match" in report:
        return "Not fresh: the newest result of this match has not gone all the way yet."
    matches = report["matches"]
    waiting = matches["finished"] + matches["void"] - matches["counted"]
    written, ended = matches["roundups_overdue"], matches["results_overdue"]
    return (
        f"Not fresh: {waiting} matches are not counted yet, {written} roundups are overdue, "
        f"{ended} matches should be over and have no result. `manage.py doctor` says what is down."
    )
