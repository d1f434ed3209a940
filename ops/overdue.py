"""Matches without a result long after their kickoff: a feed forgot them, or somebody has to decide."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from core.rounding import half_up
from matches.models import Match
from matches.statuses import Status

AFTER = timedelta(hours=4)  # extra time, a shootout and a long delay fit in
# A postponed match waits for its new date. A suspended one has begun, and may wait for months.
WAITING = (Status.SCHEDULED, Status.LIVE, Status.SUSPENDED)
TO_DO = {
    Status.SCHEDULED: "record its result, or that it is postponed or cancelled",
    Status.LIVE: "record its result, or that it is suspended or abandoned",
    Status.SUSPENDED: "record its result once it is played out, or that it is abandoned or awarded",
}


@dataclass(frozen=True, slots=True)
class Overdue:
    """One such match. `hours` count from its kickoff."""

    match: Match
    hours: float

    @property
    def waited(self) -> str:
        """Like "7 hours", or "62 days" where hours would say nothing."""
        return f"{half_up(self.hours)} hours" if self.hours < 72 else f"{half_up(self.hours / 24)} days"

    @property
    def text(self) -> str:
        """Like "live, no result 7 hours after its kickoff"."""
        return f"{self.match.status}, no result {self.waited} after its kickoff"

    @property
    def to_do(self) -> str:
        return TO_DO[Status(self.match.status)]


def overdue_matches(now: datetime) -> QuerySet[Match]:
    """Matches that kicked off more than four hours ago and have no result, the newest kickoff first.

    Scheduled, live and suspended ones; a postponed match is not overdue until it has its new date.
    """
    late = Match.objects.filter(status__in=WAITING, kickoff_at__lt=now - AFTER)
    return late.select_related("season__competition", "home_team", "away_team").order_by("-kickoff_at", "pk")


def alarming(now: datetime) -> QuerySet[Match]:
    """Those that somebody can do something about today: a suspended match may wait for months."""
    return overdue_matches(now).exclude(status=Status.SUSPENDED)


def overdue(now: datetime, *, limit: int, competition: str = "") -> list[Overdue]:
    """The first of them (of one competition), with how long they have waited."""
    late = overdue_matches(now)
    if competition:
        late = late.filter(season__competition__slug=competition)
    return [_overdue(match, now) for match in late[:limit]]


def overdue_of(match: Match, now: datetime) -> Overdue | None:
    """How long this match has been overdue, if it is."""
    is_late = match.status in WAITING and match.kickoff_at < now - AFTER
    return _overdue(match, now) if is_late else None


def _overdue(match: Match, now: datetime) -> Overdue:
    return Overdue(match, (now - match.kickoff_at) / timedelta(hours=1))
