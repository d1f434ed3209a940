"""Matches of a stage, and its table after a refresh, for the tests of this folder."""

from datetime import date, timedelta

from django.utils import timezone

from matches.models import Stage
from matches.services.seasons import adjust_points
from stats.models import StandingsRow
from tests.factories import KICKOFF, MatchFactory, TeamFactory, record
from tests.pipeline_helpers import run_waiting

HEAD_TO_HEAD = ["head_to_head_points", "head_to_head_goal_difference", "head_to_head_goals"]
OVERALL = ["goal_difference", "goals"]


def play(stage: Stage, *scores: tuple, group: str = "", **more: object) -> None:
    """Play matches, e.g. ("Alder", "Birch", 2, 1); without a score the match is still to be played."""
    for home, away, *score in scores:
        match = MatchFactory(
            season=stage.season,
            stage=stage,
            group=group,
            home_team=TeamFactory(name=home),
            away_team=TeamFactory(name=away),
            kickoff_at=KICKOFF if score else timezone.now() + timedelta(days=9),
        )
        if score:
            record(match, *score, **more)


def award(stage: Stage, home: str, away: str, *score: int, to: str) -> None:
    teams = {"home_team": TeamFactory(name=home), "away_team": TeamFactory(name=away)}
    match = MatchFactory(season=stage.season, stage=stage, **teams)
    record(match, *score, status="awarded", award=to)


def refreshed(stage: Stage, *names: str, group: str = "") -> list[tuple]:
    """The table after a refresh: position, team, and these values."""
    run_waiting("score_match", "refresh_views")
    rows = StandingsRow.objects.filter(stage=stage, group=group).select_related("team")
    return [
        (row.position, row.team.name, *(getattr(row, name) for name in names))
        for row in rows.order_by("position", "team__name")
    ]


def deduct(stage: Stage, team: str, points: int, day: date = date(2025, 11, 17)) -> None:
    adjust_points(
        stage=stage,
        team=TeamFactory(name=team),
        points=points,
        decided_on=day,
        reason="Insolvency",
        source="The league",
        recorded_at=timezone.now(),
    )
