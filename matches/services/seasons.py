"""Add matches to seasons, and close seasons."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from matches.llm import schedule
from matches.models import Match, Season, Team
from matches.signals import season_closed


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
    """Mark a season as complete: its leaderboard is no longer refreshed with the live ones.

    Returns False if it was closed already; then `closed_at` stays as it was.
    """
    with transaction.atomic():
        is_new = bool(Season.objects.filter(pk=season.pk, closed_at=None).update(closed_at=closed_at))
        season.refresh_from_db(fields=["closed_at"])
        if is_new:
            season_closed.send(sender=Season, season=season)
        return is_new
