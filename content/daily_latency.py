"""Delays from recorded results to leaderboards and roundups, measured once a day and kept."""

from datetime import UTC, datetime, time, timedelta

from django.db.models import F, OuterRef, Subquery

from content.models import DailyLatency, Roundup
from matches.models import ResultRevision
from stats.refresh.latency import Latency, latency_of, whistle_to_leaderboard

DAY = timedelta(days=1)
SETTLING = timedelta(hours=1)  # a day is measured this long after its end, when its roundups are written
DAYS_PER_PASS = 7
FIRST_DAYS = 30  # measured when the first pass runs


def whistle_to_roundup(*, since: datetime, until: datetime | None = None) -> Latency:
    """Return count, median and 95th percentile of the delay from a recorded result to its first roundup.

    Results are included if their first roundup was published at or after `since` and before `until`.
    """
    recorded = ResultRevision.objects.filter(match=OuterRef("match"), version=OuterRef("result_version"))
    first = Roundup.objects.filter(match=OuterRef("match"), result_version=OuterRef("result_version"))
    published = Roundup.objects.filter(
        published_at__gte=since, version=Subquery(first.order_by("version").values("version")[:1])
    ).annotate(recorded_at=Subquery(recorded.values("recorded_at")[:1]))
    if until is not None:
        published = published.filter(published_at__lt=until)
    return latency_of(published.order_by().values_list(F("published_at") - F("recorded_at"), flat=True))


def measure_days(now: datetime) -> int:
    """Store the figures of past days that have none yet, oldest first; return the number of days.

    A sweep of the reconciler. One pass measures at most DAYS_PER_PASS days.
    """
    last = (now - SETTLING).astimezone(UTC).date() - DAY
    newest = DailyLatency.objects.order_by("-day").values_list("day", flat=True).first()
    first = newest + DAY if newest else last - (FIRST_DAYS - 1) * DAY
    days = [first + number * DAY for number in range(min((last - first).days + 1, DAYS_PER_PASS))]
    for day in days:
        since = datetime.combine(day, time(), UTC)
        measured = {
            DailyLatency.Target.LEADERBOARD: whistle_to_leaderboard(since=since, until=since + DAY),
            DailyLatency.Target.ROUNDUP: whistle_to_roundup(since=since, until=since + DAY),
        }
        DailyLatency.objects.bulk_create(
            [
                DailyLatency(day=day, target=target, results=found.count, median=found.median, p95=found.p95)
                for target, found in measured.items()
            ],
            ignore_conflicts=True,
        )
    return len(days)
