"""Outbox of changes to past data that no settlement records (PastChange). The next refresh sends them."""

from datetime import UTC, datetime, time

from django.db.models import Min, Q, QuerySet

from matches.models import KickoffMove, Match, PointsAdjustment
from scoring.models import Settlement
from stats.models import PastChange

MAX_LENGTH = PastChange._meta.get_field("description").max_length or 0


def pending() -> QuerySet[PastChange]:
    """Return the past changes that no refresh has shown yet."""
    return PastChange.objects.filter(shown_at__isnull=True)


def mark_shown(*, at: datetime) -> list[PastChange]:
    """Mark all pending past changes as shown and return them. Call it in the transaction of the refresh."""
    shown = list(pending().select_for_update().order_by("pk"))
    PastChange.objects.filter(pk__in=[row.pk for row in shown]).update(shown_at=at)
    return shown


def moves_to_show() -> list[KickoffMove]:
    """Return the kickoff moves among the pending past changes, oldest first."""
    return [row.move for row in pending().select_related("move").order_by("pk") if row.move is not None]


def record_adjustment(adjustment: PointsAdjustment, *, at: datetime) -> None:
    """Record a past change for a points adjustment: the table changes from the day of the decision on."""
    points = abs(adjustment.points)
    what = "lost" if adjustment.points < 0 else "was given"
    description = f"{adjustment.team} {what} {points} point{'' if points == 1 else 's'}: {adjustment.reason}"
    since = datetime.combine(adjustment.decided_on, time.min, tzinfo=UTC)
    _record(adjustment.stage.season_id, since, description, at)


def record_kickoff_move(match: Match, move: KickoffMove, *, at: datetime) -> bool:
    """Record a past change for a moved kickoff. If the match was never settled, return False instead."""
    if not Settlement.objects.filter(match=match).exists():
        return False
    description = f"the kickoff of {match.home_team} - {match.away_team} was moved from {move.days}"
    _record(match.season_id, min(move.old_kickoff_at, move.new_kickoff_at), description, at, move=move)
    return True


def record_team_change(team_ids: list[int], description: str, *, at: datetime) -> None:
    """Record a past change for the seasons of teams that were split or merged.

    All texts of these seasons may name the teams or contain their numbers.
    """
    either = Q(home_team__in=team_ids) | Q(away_team__in=team_ids)
    seasons = Match.objects.filter(season__in=Match.objects.filter(either).order_by().values("season"))
    firsts = seasons.order_by().values_list("season").annotate(first=Min("kickoff_at"))
    for season_id, first in firsts:
        _record(season_id, first, description, at)


def _record(
    season_id: int, since: datetime, description: str, at: datetime, *, move: KickoffMove | None = None
) -> None:
    description = description[:MAX_LENGTH]
    PastChange.objects.create(
        season_id=season_id, since=since, description=description, recorded_at=at, move=move
    )
