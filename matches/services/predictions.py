"""Write operations of the matches app that affect several rows; re-exports those of the sibling modules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from matches.llm import schedule
from matches.models import Forecaster, Match, Prediction, Season, Team
from matches.services.kickoffs import InvalidKickoff, move_kickoff
from matches.services.points_adjustments import InvalidAdjustment, adjust_points
from matches.services.results import UnknownMatch, record_result, record_result_of
from matches.services.teams import rename_team
from matches.signals import predictions_submitted, season_closed

# Includes the re-exported functions and exceptions of the sibling modules.
__all__ = [
    "InvalidAdjustment",
    "InvalidKickoff",
    "NewMatch",
    "NewPrediction",
    "UnknownMatch",
    "add_matches",
    "adjust_points",
    "close_season",
    "move_kickoff",
    "record_result",
    "record_result_of",
    "rename_team",
    "retire",
    "submit_predictions",
]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPrediction:
    """A forecast to submit: a score, three probabilities, or both."""

    match_id: int
    forecaster_id: int
    home_goals: int | None = None
    away_goals: int | None = None
    p_home: float | None = None
    p_draw: float | None = None
    p_away: float | None = None
    predicted_at: datetime | None = None
    rationale: str = ""
    model_version: str = ""
    client_ref: str = ""


def submit_predictions(new: Sequence[NewPrediction], *, provenance: str, now: datetime) -> list[Prediction]:
    """Submit predictions: all or none. Each supersedes the forecaster's earlier one on that match.

    After the lock the database refuses `live` rows and superseding any row (IntegrityError). Returns the rows
    in the given order; the database sets `submitted_at`, salt and digest.
    """
    if not new:
        return []
    with transaction.atomic():
        _lock_matches(new)
        _supersede(new, superseded_at=now)
        rows = Prediction.objects.bulk_create(
            Prediction(provenance=provenance, **_columns(row)) for row in new
        )
        match_ids = sorted({row.match_id for row in new})
        predictions_submitted.send(sender=Prediction, match_ids=match_ids)
        return rows


def _columns(row: NewPrediction) -> dict[str, Any]:
    """Return the columns of a prediction. A negative zero becomes zero, as its digest would differ."""
    values = {name: getattr(row, name) for name in row.__dataclass_fields__}
    chances = {name: values[name] for name in ("p_home", "p_draw", "p_away")}
    return values | {name: p if p is None else p + 0.0 for name, p in chances.items()}


def _lock_matches(new: Sequence[NewPrediction]) -> None:
    """Lock the matches until the end of the transaction, so that no kickoff moves.

    Matches before predictions, in the order of ids: the same order everywhere prevents deadlocks.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM matches_match WHERE id = ANY(%s) ORDER BY id FOR SHARE",
            [sorted({row.match_id for row in new})],
        )


def _supersede(new: Sequence[NewPrediction], *, superseded_at: datetime) -> None:
    wanted = {(row.match_id, row.forecaster_id) for row in new}
    current = Prediction.objects.current().filter(
        match_id__in={match for match, _ in wanted}, forecaster_id__in={who for _, who in wanted}
    )
    held = [row.pk for row in current if (row.match_id, row.forecaster_id) in wanted]
    Prediction.objects.filter(pk__in=held).update(superseded_at=superseded_at)


def retire(forecaster: Forecaster, *, retired_at: datetime) -> None:
    """Retire a forecaster: it cannot predict any more, but stays on its leaderboards."""
    forecaster.retired_at = retired_at
    forecaster.save(update_fields=["retired_at"])
