"""Selectors of the forecaster pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, QuerySet

from matches.models import Competition, Forecaster, Prediction, Season, Team
from stats.leaderboards import Board, rows_of
from stats.models import LeaderboardRow, Scope

RECENT_SCORES = 40
ALL = LeaderboardRow.Provenance.ALL


@dataclass(frozen=True, slots=True)
class BoardStanding:
    """Row of a forecaster on one board, with the board's name and the query string of its page."""

    label: str
    query: str
    row: LeaderboardRow


def ranked(forecaster: Forecaster) -> QuerySet[LeaderboardRow]:
    """Return the forecaster's row on every board, annotated with `rank` and `field`.

    `rank` is the rank by average points, None in provisional rows. `field` is the number of ranked rows of
    the board.
    """
    rows = LeaderboardRow.objects.filter(forecaster=forecaster, provenance=ALL)
    return rows.annotate(rank=F("average_rank"), field=F("average_field"))


def standings_of(forecaster: Forecaster) -> list[BoardStanding]:
    """Return the forecaster's row on each board: overall, competitions, seasons (newest first), teams.

    Four queries.
    """
    rows = {(row.scope, row.scope_id): row for row in ranked(forecaster)}
    things: list[tuple[str, int, str, str]] = [(Scope.OVERALL, 0, "Overall", "")]
    things += [(Scope.COMPETITION, each.pk, each.name, each.slug) for each in Competition.objects.all()]
    things += [
        (Scope.SEASON, each.pk, str(each), str(each.pk))
        for each in Season.objects.select_related("competition")
    ]
    things += [(Scope.TEAM, each.pk, each.name, each.slug) for each in Team.objects.all()]
    return [
        BoardStanding(label, f"?{scope}={value}" if value else "", rows[scope, pk])
        for scope, pk, label, value in things
        if (scope, pk) in rows
    ]


def revealed_predictions(forecaster: Forecaster, *, now: datetime) -> QuerySet[Prediction]:
    """Return the forecaster's current predictions that may be shown, newest match first."""
    return (
        Prediction.objects.current()
        .revealed(now=now)
        .filter(forecaster=forecaster)
        .select_related("match__season__competition", "match__home_team", "match__away_team", "score")
        .order_by("-match__kickoff_at", "-match_id")
    )


def pending_count(forecaster: Forecaster, *, now: datetime) -> int:
    """Count the forecaster's predictions that are still secret."""
    return Prediction.objects.current().filter(forecaster=forecaster, match__reveal_at__gt=now).count()


def provenance_counts(forecaster: Forecaster) -> dict[str, int]:
    """Count the forecaster's current predictions by provenance."""
    rows = Prediction.objects.current().filter(forecaster=forecaster).values_list("provenance")
    return dict(rows.annotate(count=Count("*")).order_by())


def recent_points(predictions: QuerySet[Prediction]) -> list[int]:
    """Return the points of the latest scored predictions, oldest first, at most RECENT_SCORES.

    `predictions` must be sorted, newest first. Hindsight predictions are excluded.
    """
    foresight = predictions.exclude(provenance=Prediction.Provenance.HINDSIGHT)
    scored = foresight.filter(score__points__isnull=False).values_list("score__points", flat=True)
    return [points or 0 for points in scored[:RECENT_SCORES]][::-1]


def overall_rows(forecaster_ids: Iterable[int]) -> dict[int, LeaderboardRow]:
    """Return the row of each forecaster on the overall board, by forecaster id, if there is one."""
    rows = rows_of(Board()).filter(forecaster__in=list(forecaster_ids))
    return {row.forecaster_id: row for row in rows}
