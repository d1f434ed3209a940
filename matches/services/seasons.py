"""Add matches to seasons, close seasons, and record points that a league deducts or gives back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from matches.llm import schedule
from matches.models import Match, PointsAdjustment, Season, Team
from matches.models.competitions import MAX_POINTS
from matches.signals import points_adjusted, season_closed


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMatch:
    """A fixture to add. Its teams exist; the caller has resolved their names."""

    kickoff_at: datetime
    home_team: Team
    away_team: Team
    round_label: str
    matchday: int | None = None
    neutral: bool = False
    second_leg: bool = False


def add_matches(season: Season, fixtures: Iterable[NewMatch]) -> list[Match]:
    """Add fixtures to a season: all of them, or none if one violates a constraint."""
    with transaction.atomic():
        added = Match.objects.bulk_create(
            Match(
                season=season,
                lock_at=fixture.kickoff_at,
                **{name: getattr(fixture, name) for name in fixture.__dataclass_fields__},
            )
            for fixture in fixtures
        )
        schedule.reschedule_matches([match.pk for match in added], now=timezone.now())
        return added


def close_season(season: Season, *, closed_at: datetime) -> bool:
    """Mark a season as complete: its leaderboard is no longer refreshed with those of open seasons.

    Returns False if it was closed already; then `closed_at` stays as it was.
    """
    with transaction.atomic():
        is_new = bool(Season.objects.filter(pk=season.pk, closed_at=None).update(closed_at=closed_at))
        season.refresh_from_db(fields=["closed_at"])
        if is_new:
            season_closed.send(sender=Season, season=season)
        return is_new


class InvalidAdjustment(ValueError):
    """An invalid adjustment. `field` is the invalid field; the message contains what to do."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


def adjust_points(
    *,
    season: Season,
    team: Team,
    points: int,
    decided_on: date,
    reason: str,
    source: str,
    recorded_at: datetime,
    recorded_by: User | None = None,
) -> PointsAdjustment:
    """Record that a team loses points (negative) or gains points; a signal updates the league table.

    Earlier rows are never changed. If an appeal reduces a deduction of ten points to six, record a second row
    of +4. To cancel a mistake, record a row with the opposite sign. Raises InvalidAdjustment; then nothing is
    written.
    """
    with transaction.atomic():
        Season.objects.select_for_update(no_key=True).get(pk=season.pk)  # serialized: no duplicates
        adjustment = PointsAdjustment(
            season=season,
            team=team,
            points=points,
            decided_on=decided_on,
            reason=reason.strip(),
            source=source.strip(),
            recorded_at=recorded_at,
            recorded_by=recorded_by,
        )
        require_possible(adjustment, today=recorded_at.date())
        adjustment.save()
        points_adjusted.send(sender=PointsAdjustment, adjustment=adjustment)
        return adjustment


def require_possible(adjustment: PointsAdjustment, *, today: date) -> None:
    """Raise InvalidAdjustment for an invalid value, a team without a match in the season, or a duplicate."""
    points, team, season = adjustment.points, adjustment.team, adjustment.season
    if isinstance(points, bool) or not isinstance(points, int) or not 0 < abs(points) <= MAX_POINTS:
        raise InvalidAdjustment(
            "points",
            f"{points!r} is not valid: enter a whole number from -{MAX_POINTS} to {MAX_POINTS}, not 0.",
        )
    for field in ("reason", "source"):
        if not getattr(adjustment, field).strip():
            raise InvalidAdjustment(field, f"Enter the {field}; it is shown to readers of the table.")
    if adjustment.decided_on > today:
        raise InvalidAdjustment(
            "decided_on", f"{adjustment.decided_on} is in the future; record decisions that were made."
        )
    if not _plays_in(team, season):
        raise InvalidAdjustment("team", f"{team} has no match in {season}.")
    same = PointsAdjustment.objects.filter(
        season=season, team=team, points=points, decided_on=adjustment.decided_on
    )
    if same.filter(reason=adjustment.reason.strip()).exists():
        raise InvalidAdjustment(
            "reason",
            f"{team} {points:+d} of {adjustment.decided_on} is already recorded with this reason; if this is"
            " another adjustment, enter a different reason.",
        )


def _plays_in(team: Team, season: Season) -> bool:
    """Return True if the team has a match in the season."""
    return Match.objects.filter(Q(home_team=team) | Q(away_team=team), season=season).exists()
