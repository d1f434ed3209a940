"""Overdue matches: matches without a result long after kickoff, e.g. because no feed reported one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from core.rounding import half_up
from matches.models import Match
from matches.statuses import Status

OVERDUE_AFTER = timedelta(hours=4)  # enough for extra time, a shootout and a long delay
OVERDUE_DAY = timedelta(days=1) + OVERDUE_AFTER  # after the beginning of the day, if only the day is known
# A postponed match is not overdue before its new kickoff. A suspended one has begun; it may wait for months.
WAITING = (Status.SCHEDULED, Status.LIVE, Status.SUSPENDED)
TO_DO = {
    Status.SCHEDULED: "record its result, or that it is postponed or cancelled",
    Status.LIVE: "record its result, or that it is suspended or abandoned",
    Status.SUSPENDED: "record its result once it is played out, or that it is abandoned or awarded",
}


@dataclass(frozen=True, slots=True)
class Overdue:
    """Overdue match. `hours` is the time since its kickoff."""

    match: Match
    hours: float

    @property
    def waited(self) -> str:
        """Format the time since kickoff, e.g. "7 hours". From 72 hours on, use days, e.g. "62 days"."""
        return f"{half_up(self.hours)} hours" if self.hours < 72 else f"{half_up(self.hours / 24)} days"

    @property
    def text(self) -> str:
        """Describe the problem, e.g. "live, no result 7 hours after kickoff"."""
        return f"{self.match.status}, no result {self.waited} after kickoff"

    @property
    def to_do(self) -> str:
        if self.match.is_kickoff_in_doubt:
            return "decide on its kickoff under Doubts and feed problems, or record its result"
        return TO_DO[Status(self.match.status)]


def overdue_matches(now: datetime) -> QuerySet[Match]:
    """Return scheduled, live and suspended matches with a kickoff more than OVERDUE_AFTER ago.

    If only the day of the kickoff is known, the day must have ended that long ago.

    The match with the latest kickoff comes first. A postponed match is not included until its status is
    "scheduled" again.
    """
    has_begun = Q(kickoff_at__lt=now - OVERDUE_AFTER, kickoff_time_known=True)
    late = Match.objects.filter(has_begun | Q(kickoff_at__lt=now - OVERDUE_DAY), status__in=WAITING)
    return late.select_related("season__competition", "home_team", "away_team").order_by("-kickoff_at", "pk")


def alarming(now: datetime) -> QuerySet[Match]:
    """Return the overdue matches that need action now, i.e. all but suspended ones."""
    return overdue_matches(now).exclude(status=Status.SUSPENDED)


def overdue(now: datetime, *, limit: int, competition: str = "") -> list[Overdue]:
    """Return at most `limit` overdue matches, those with the latest kickoffs.

    `competition` is a slug. An empty string means all competitions.
    """
    late = overdue_matches(now)
    if competition:
        late = late.filter(season__competition__slug=competition)
    return [_overdue(match, now) for match in late[:limit]]


def overdue_of(match: Match, now: datetime) -> Overdue | None:
    """Return the match as Overdue, or None if it is not overdue."""
    after = OVERDUE_AFTER if match.kickoff_time_known else OVERDUE_DAY
    is_late = match.status in WAITING and match.kickoff_at < now - after
    return _overdue(match, now) if is_late else None


def _overdue(match: Match, now: datetime) -> Overdue:
    return Overdue(match, (now - match.kickoff_at) / timedelta(hours=1))
