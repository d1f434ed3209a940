"""Seasons with more than one table, or with none: groups and a bracket, a split season, a cup."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

from matches.models import Match, Season, Stage
from matches.services.seasons import NewMatch, add_matches
from matches.stage_hints import StageHint
from tests.factories import KICKOFF, CompetitionFactory, SeasonFactory, StageFactory, TeamFactory, record
from tests.pipeline_helpers import run_waiting


class Game(NamedTuple):
    """A match to add: round, sides, and its score unless it is still to come."""

    round: str
    home: str
    away: str
    score: tuple[int, int] | None = None
    group: str = ""


def season_of(name: str, label: str = "2025/26") -> Season:
    slug = name.lower().replace(" ", "-")
    competition = CompetitionFactory(slug=slug, name=name)
    return SeasonFactory(competition=competition, label=label, starts_on=date(2025, 8, 1))


def stage_of(season: Season, name: str, kind: str, **rules: Any) -> Stage:
    return StageFactory(season=season, name=name, kind=kind, order=season.stages.count(), **rules)


def play(stage: Stage, games: Iterable[Game]) -> list[Match]:
    """Add these matches, one a day after those of earlier stages, and record their results."""
    games = list(games)
    first = KICKOFF + timedelta(days=stage.order * 30)
    added = add_matches(
        stage.season,
        [
            NewMatch(
                kickoff_at=first + timedelta(hours=6 * number),
                home_team=TeamFactory(name=game.home),
                away_team=TeamFactory(name=game.away),
                round_label=game.round,
                stage=StageHint(stage.name, stage.kind, game.group),
            )
            for number, game in enumerate(games)
        ],
    )
    for match, game in zip(added, games, strict=True):
        if game.score:
            record(match, *game.score)
    return added


def count() -> None:
    """Score the results and compute the tables; no roundups are written."""
    run_waiting("score_match", "refresh_views")


def groups_and_bracket() -> tuple[Stage, Stage]:
    """Two groups of three, all played; the better of two third-placed teams goes through to the final."""
    season = season_of("Island Cup")
    groups = stage_of(season, "Group stage", "groups", compared_place=3, compared_through=1)
    play(
        groups,
        [
            Game("Matchday 1", "Ashford", "Barrow", (1, 1), "A"),
            Game("Matchday 1", "Corley", "Denby", (2, 0), "B"),
            Game("Matchday 2", "Barrow", "Epsom", (2, 0), "A"),
            Game("Matchday 2", "Denby", "Frome", (3, 0), "B"),
            Game("Matchday 3", "Ashford", "Epsom", (3, 1), "A"),
            Game("Matchday 3", "Corley", "Frome", (4, 0), "B"),
        ],
    )
    bracket = stage_of(season, "Knockout stage", "knockout")
    play(bracket, [Game("Final", "Ashford", "Corley", (0, 2))])
    count()
    return groups, bracket


def split_season() -> tuple[Stage, Stage]:
    """Four teams; then two groups that take half of the points along and rank below one another."""
    season = season_of("Upland League")
    first = stage_of(season, "Regular season", "league")
    play(
        first,
        [
            Game("Matchday 1", "Ashford", "Barrow", (1, 0)),
            Game("Matchday 1", "Corley", "Denby", (1, 1)),
            Game("Matchday 2", "Ashford", "Corley", (2, 1)),
            Game("Matchday 2", "Barrow", "Denby", (2, 0)),
        ],
    )
    second = stage_of(
        season,
        "Final rounds",
        "groups",
        carries_from=first,
        carries="half_up",
        ranked_groups=["Championship round", "Relegation round"],
    )
    play(
        second,
        [
            Game("Matchday 1", "Barrow", "Ashford", (3, 0), "Championship round"),
            Game("Matchday 1", "Corley", "Denby", (0, 1), "Relegation round"),
        ],
    )
    count()
    return first, second
