"""Days with matches around a day, for the date strip."""

from datetime import UTC, date, datetime, time, timedelta

from django.db.models import QuerySet

from matches.kickoff_days import kickoff_day
from matches.models import Match

AROUND = 3  # days before and after
LOOKED_AT = 500  # matches read on each side; if these are on fewer than AROUND days, the strip is shorter


def days_around(matches: QuerySet[Match], day: date) -> list[date]:
    """Return `day` and at most AROUND days with matches before and after it, in order. Two queries."""
    start = datetime.combine(day, time.min, tzinfo=UTC)
    before = matches.filter(kickoff_at__lt=start).order_by("-kickoff_at")
    after = matches.filter(kickoff_at__gte=start + timedelta(days=1)).order_by("kickoff_at")
    return [*_days(before)[::-1], day, *_days(after)]


def _days(matches: QuerySet[Match]) -> list[date]:
    """Return the first AROUND days of the matches, in the order of the matches."""
    kickoffs = matches.values_list("kickoff_at", "kickoff_time_known")[:LOOKED_AT]
    return list(dict.fromkeys(kickoff_day(at, time_known=known) for at, known in kickoffs))[:AROUND]
