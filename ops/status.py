"""State of the whole installation, read from PostgreSQL only, so that it works while Redis is down."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count

from content.models import Roundup
from content.pages.selectors.freshness import seconds_between, settled_by_results
from core.pipeline.models import JobRun
from matches.models import Forecaster, Match, Prediction
from matches.statuses import SETTLED, Status
from scoring.models import Settlement
from stats.refresh.latency import percentile

LAST = 20


@dataclass(frozen=True, slots=True)
class ResultTiming:
    """Seconds from the recording of a result to its scores and to the leaderboards."""

    match: Match
    scored: float | None
    counted: float | None


def last_timings() -> list[ResultTiming]:
    """Return the timings of the LAST counted matches, newest first."""
    rows = settled_by_results().select_related("match__home_team", "match__away_team")[:LAST]
    return [
        ResultTiming(
            row.match,
            scored=seconds_between(row.recorded_at, row.settled_at),
            counted=seconds_between(row.recorded_at, row.fresh_at),
        )
        for row in rows
    ]


def summary(timings: list[ResultTiming]) -> dict[str, float | None]:
    """Return median and 95th percentile of the seconds from a recorded result to the leaderboards."""
    seconds = sorted(each.counted for each in timings if each.counted is not None)
    return {"median": percentile(seconds, 0.5), "p95": percentile(seconds, 0.95)}


def counts() -> list[tuple[str, int]]:
    """Return the numbers of matches, forecasters, predictions, settlements and roundups."""
    by_status = dict(Match.objects.values_list("status").annotate(count=Count("*")).order_by())
    return [
        ("Matches finished", by_status.get(Status.FINISHED, 0)),
        ("Matches void", sum(by_status.get(status, 0) for status in SETTLED if status != Status.FINISHED)),
        ("Matches to come", sum(count for status, count in by_status.items() if status not in SETTLED)),
        ("Forecasters", Forecaster.objects.count()),
        ("Predictions", Prediction.objects.current().count()),
        ("Settlements", Settlement.objects.filter(superseded_at__isnull=True).count()),
        ("Roundups", Roundup.objects.filter(status=Roundup.Status.PUBLISHED).count()),
    ]


def jobs() -> list[tuple[str, list[int]]]:
    """Count the jobs by kind and state; the counts of a kind are in the order of JobRun.State."""
    by_kind: dict[str, dict[str, int]] = defaultdict(dict)
    rows = JobRun.objects.values_list("kind", "state").annotate(count=Count("*")).order_by("kind")
    for kind, state, count in rows:
        by_kind[kind][state] = count
    return [
        (kind, [states.get(state, 0) for state in JobRun.State.values]) for kind, states in by_kind.items()
    ]
