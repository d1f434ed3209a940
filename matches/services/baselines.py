"""Run the statistical baselines: load past matches, compute predictions, return them for submission."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from matches.forecasters.base import FINISHED_AFTER, Fixture, PastMatch
from matches.forecasters.statistical import BASELINES
from matches.models import Forecaster, Match
from matches.services.predictions import NewPrediction
from matches.statuses import Status


def register_baselines(*, active_from: datetime) -> list[Forecaster]:
    """Return the baselines' rows, created if missing. A new model version needs a new row, added by hand."""
    return [
        Forecaster.objects.get_or_create(
            slug=baseline.slug,
            defaults={
                "name": baseline.name,
                "kind": Forecaster.Kind.STATISTICAL,
                "description": baseline.description,
                "maker": "Final Whistle",
                "model_version": baseline.model_version,
                "is_baseline": True,
                "active_from": active_from,
            },
        )[0]
        for baseline in BASELINES
    ]


def known_before(kickoff_at: datetime, *, competition_id: int) -> list[PastMatch]:
    """Return the competition's matches that had ended at `kickoff_at`, by kickoff, with 90-minute scores.

    If the kickoff time of a match is unknown, the match has ended when its day has ended.
    """
    is_over = Q(kickoff_at__lte=kickoff_at - FINISHED_AFTER, kickoff_time_known=True)
    is_day_over = Q(kickoff_at__lte=kickoff_at - timedelta(days=1))
    rows: Iterable[Any] = (
        Match.objects.filter(
            is_over | is_day_over, season__competition=competition_id, status=Status.FINISHED
        )
        .order_by("kickoff_at", "pk")
        .values_list("kickoff_at", "home_team__slug", "away_team__slug", "home_score", "away_score")
    )
    return [PastMatch(*row) for row in rows]


def forecast(matches: Iterable[Match]) -> list[NewPrediction]:
    """Return the prediction of every baseline for each match, from results known before its kickoff."""
    forecasters = {row.slug: row for row in Forecaster.objects.filter(is_baseline=True)}
    new: list[NewPrediction] = []
    history: dict[tuple[int, datetime], list[PastMatch]] = {}
    for match in matches:
        when = (match.season.competition_id, match.kickoff_at)
        if when not in history:
            history[when] = known_before(match.kickoff_at, competition_id=match.season.competition_id)
        fixture = Fixture(match.kickoff_at, match.home_team.slug, match.away_team.slug)
        new.extend(
            NewPrediction(
                match_id=match.pk,
                forecaster_id=forecasters[baseline.slug].pk,
                **asdict(baseline.predict(fixture, history[when])),
            )
            for baseline in BASELINES
            if baseline.slug in forecasters
        )
    return new
