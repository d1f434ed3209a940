"""Conditions that select matches by their kickoff, also those of which only the day is known."""

from datetime import UTC, datetime

from django.db.models import Q

from matches.kickoff_days import INTO_THE_DAY


def kicks_off_from(moment: datetime) -> Q:
    """Return the condition for a kickoff at or after this time.

    Without a known time, a match passes if its day is that of `moment` or later (see `kickoff_day`).
    """
    first = Q(kickoff_at__gte=moment)
    return Q(kickoff_at__gte=_beginning_of_day(moment)) & (first | Q(kickoff_time_known=False))


def kicks_off_until(moment: datetime) -> Q:
    """Return the condition for a kickoff at or before this time; see `kicks_off_from`."""
    last = Q(kickoff_at__lte=_beginning_of_day(moment))
    return Q(kickoff_at__lte=moment) & (last | Q(kickoff_time_known=True))


def _beginning_of_day(moment: datetime) -> datetime:
    """Return the time to compare with kickoffs of which only the day is known."""
    return max(moment, datetime.min.replace(tzinfo=UTC) + INTO_THE_DAY) - INTO_THE_DAY
