"""A league with results and open matches, for the tests of this folder and of its pages."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations

from django.utils import timezone

from matches.models import Match, Stage
from stats.season_forecasts import forecast_rows
from tests.factories import KICKOFF, MatchFactory, StageFactory, TeamFactory, record, time_passes

TEAMS = ["Alder", "Birch", "Cedar", "Damson"]


def league(played: int, teams: Sequence[str] = TEAMS, **rules: object) -> Stage:
    """A double round robin in which the first `played` matches are over: the team earlier in the list won."""
    stage = StageFactory(relegation_places=1, **rules)
    for number, (home, away) in enumerate(permutations(teams, 2)):
        is_over = number < played
        days = timedelta(days=number)
        match = MatchFactory(
            season=stage.season,
            stage=stage,
            home_team=TeamFactory(name=home),
            away_team=TeamFactory(name=away),
            matchday=number + 1,
            kickoff_at=KICKOFF + days if is_over else timezone.now() + timedelta(days=3) + days,
        )
        if is_over:
            record(match, *((2, 0) if teams.index(home) < teams.index(away) else (0, 1)))
    return stage


def open_matches(stage: Stage) -> list[Match]:
    return list(stage.matches.filter(status="scheduled").order_by("kickoff_at"))


def play_next(stage: Stage, home: int, away: int) -> Match:
    """Record the result of the next open match."""
    match = open_matches(stage)[0]
    kick_off(match)
    record(match, home, away)
    return match


def kick_off(match: Match) -> None:
    """Let time pass until a minute after the kickoff of a match: its predictions are public then."""
    time_passes(match, match.lock_at - timezone.now() + timedelta(minutes=1))


def simulated(stage: Stage) -> forecast_rows.ComputedForecasts:
    """Compute and store the forecasts of the season."""
    computed = forecast_rows.compute(stage.season, at=timezone.now())
    forecast_rows.store(computed)
    return computed
