"""Conditions that select matches by their kickoff, including matches of which only the day is known."""

from datetime import UTC, datetime

from django.db.models import Q

from matches.kickoff_days import INTO_THE_DAY


def kicks_off_from(moment: datetime) -> Q:
    """Return the condition for a kickoff at or after this time.

    A match without a known time is treated as if it kicked off INTO_THE_DAY (13 hours) after the beginning of
    its day, which is always on that day in UTC. So the match passes if `moment` is the beginning of its day.
    """
    first = Q(kickoff_at__gte=moment)
    return Q(kickoff_at__gte=_beginning_of_day(moment)) & (first | Q(kickoff_time_known=False))


def kicks_off_until(moment: datetime) -> Q:
    """Return the condition for a kickoff at or before this time; see `kicks_off_from`."""
    last = Q(kickoff_at__lte=_beginning_of_day(moment))
    return Q(kickoff_at__lte=moment) & (last | Q(kickoff_time_known=True))


def _beginning_of_day(moment: datetime) -> datetime:
    """Return `moment` minus INTO_THE_DAY, to be compared with kickoffs of which only the day is known."""
    return max(moment, datetime.min.replace(tzinfo=UTC) + INTO_THE_DAY) - INTO_THE_DAY
