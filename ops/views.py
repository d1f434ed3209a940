"""Public status page: state of the installation. It works while Redis is down."""

from dataclasses import dataclass

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from content.models import Roundup
from content.pages.charts import delay_charts
from content.pages.forms import read
from content.pages.selectors.freshness import seconds_between, settled_by_results
from content.pages.views.page import page
from core.pipeline.models import JobRun
from matches.models import Forecaster, Match, Prediction
from matches.services.stages import undecided
from matches.statuses import SETTLED, VOID, Status
from ops import problem
from ops.counts import jobs_by_state
from scoring.models import Settlement
from stats.refresh import view_state
from stats.refresh.latency import percentile

LAST = 20


@dataclass(frozen=True, slots=True)
class ResultTiming:
    """Seconds from the recording of a result until it was scored, and until it was on the leaderboards."""

    match: Match
    scored: float | None
    counted: float | None


@page
def status(request: HttpRequest) -> HttpResponse:
    read(request)
    now, timings = timezone.now(), last_timings()
    seconds = sorted(each.counted for each in timings if each.counted is not None)
    states = JobRun.State.values
    views = view_state.view_states(now=now)
    context = {
        "problem": problem.current(now, views),
        "views": views,
        "timings": timings,
        "delays": delay_charts.delay_charts(),
        "summary": {"median": percentile(seconds, 0.5), "p95": percentile(seconds, 0.95)},
        "counts": counts(),
        "states": states,
        "jobs": [(kind, [jobs.get(each, 0) for each in states]) for kind, jobs in jobs_by_state().items()],
    }
    return render(request, "content/status.html", context)


def last_timings() -> list[ResultTiming]:
    """Return the timings of the newest results on the leaderboards, newest first, at most LAST."""
    rows = settled_by_results().select_related("match__home_team", "match__away_team")[:LAST]
    return [
        ResultTiming(
            row.match,
            scored=seconds_between(row.recorded_at, row.settled_at),
            counted=seconds_between(row.recorded_at, row.fresh_at),
        )
        for row in rows
    ]


def counts() -> list[tuple[str, int]]:
    """Return the numbers of matches, stages to decide, forecasters, predictions, settlements and roundups."""
    by_status = dict(Match.objects.values_list("status").annotate(count=Count("*")).order_by())
    return [
        ("Matches finished", by_status.get(Status.FINISHED, 0)),
        ("Matches void", sum(by_status.get(status, 0) for status in VOID)),
        ("Matches to come", sum(count for status, count in by_status.items() if status not in SETTLED)),
        ("Stages to decide", undecided().count()),
        ("Forecasters", Forecaster.objects.count()),
        ("Predictions", Prediction.objects.current().count()),
        ("Settlements", Settlement.objects.filter(superseded_at__isnull=True).count()),
        ("Roundups", Roundup.objects.filter(status=Roundup.Status.PUBLISHED).count()),
    ]
