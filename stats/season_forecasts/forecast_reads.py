"""Stored season forecasts and back-tests, for the API and the pages. Imports no numpy."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from matches.models import Forecaster, Match, Season, Stage, Team
from matches.statuses import UNSETTLED
from stats.models import PlacesBacktest, SeasonForecast

SMALLEST_SWING = 0.005  # half a percentage point
EVENTS = ("title", "through", "relegated")


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamForecast:
    """Sums of one team so far, and its numbers of runs by place and for each event that the stage decides."""

    team: Team
    position: int
    played: int
    points: int
    goal_difference: int
    counts: Sequence[int]
    title: int | None = None
    through: int | None = None
    relegated: int | None = None


@dataclass(frozen=True, slots=True)
class ForecastTable:
    """Forecast of the table of a group (empty name: of the whole stage), lowest mean place first.

    `first_place` is 1, or higher in a group that ranks below others.
    """

    group: str
    first_place: int
    teams: Sequence[TeamForecast]

    @property
    def places(self) -> range:
        """Return the places of the table."""
        return range(self.first_place, self.first_place + len(self.teams))

    @property
    def events(self) -> list[str]:
        """Return the events that the stage decides in this table."""
        return [name for name in EVENTS if any(getattr(team, name) is not None for team in self.teams)]


@dataclass(frozen=True, slots=True)
class StakeOfTeam:
    """Chance of a team for an event after a home win, a draw and an away win; None below 100 such runs."""

    team: Team
    event: str
    chances: Sequence[float | None]

    @property
    def swing(self) -> float:
        """Return the difference between the highest and the lowest of the known chances."""
        known = [chance for chance in self.chances if chance is not None]
        return max(known, default=0.0) - min(known, default=0.0)


@dataclass(frozen=True, slots=True)
class ImportantMatch:
    """An open match, the numbers of runs with a home win, a draw and an away win, and the teams' stakes."""

    match: Match
    runs: Sequence[int]
    stakes: Sequence[StakeOfTeam]

    @property
    def main_stakes(self) -> list[StakeOfTeam]:
        """Return the stake with the largest swing of each team, if it is at least half a percentage point."""
        first = {stake.team: stake for stake in reversed(self.stakes)}
        return [
            stake for stake in self.stakes if first[stake.team] is stake and stake.swing >= SMALLEST_SWING
        ]


@dataclass(frozen=True, slots=True)
class NeedOfTeam:
    """Results that a team needs for an event, with counts as in stats.simulation.team_needs.NeededResult."""

    event: str
    place: int
    results: Sequence[Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class NeedsOfTeam:
    """Places that a team can reach, and the results that it needs.

    If `counted` is False, there were too many outcomes to count, and the other values are empty.
    """

    team: Team
    counted: bool
    left: int | None = None
    best: int | None = None
    worst: int | None = None
    needs: Sequence[NeedOfTeam] = ()


@dataclass(frozen=True, slots=True)
class NeedsOfGroup:
    """Needs of the teams of a group, and the number of its open matches and of their outcomes."""

    group: str
    matches: int
    outcomes: int
    teams: Sequence[NeedsOfTeam]


@dataclass(frozen=True, slots=True)
class ShownForecast:
    """A stored forecast with its teams and matches."""

    row: SeasonForecast
    tables: Sequence[ForecastTable]
    needs: Sequence[NeedsOfGroup]
    matches: Sequence[ImportantMatch]


@dataclass(frozen=True, slots=True)
class StageBacktest:
    """Back-test of a stage by matchday."""

    stage: Stage
    rows: list[PlacesBacktest] = field(default_factory=list)


def forecasts(stage: Stage) -> QuerySet[SeasonForecast]:
    """Return the forecasts of a stage, ordered by the forecaster's name, without their computed JSON columns.

    The one with the baseline's probabilities alone has no forecaster.
    """
    found = SeasonForecast.objects.filter(stage=stage).select_related("forecaster")
    return found.defer("tables", "needs", "importance").order_by("forecaster__name")


def stages_with_forecast(season: Season) -> QuerySet[Stage]:
    """Return the stages of the season that have a forecast, in order."""
    simulated = SeasonForecast.objects.filter(forecaster=None).values("stage")
    return Stage.objects.filter(season=season, pk__in=simulated).select_related("season__competition")


def show(stages: Iterable[Stage], forecaster: Forecaster | None = None) -> list[ShownForecast]:
    """Return the forecasts of these stages by the baseline, or with a forecaster's own probabilities.

    Three queries.
    """
    rows = SeasonForecast.objects.filter(stage__in=list(stages), forecaster=forecaster)
    found = list(
        rows.select_related("stage__season__competition", "forecaster").order_by("stage__order", "stage")
    )
    tables = [table for row in found for table in row.tables]
    teams = Team.objects.in_bulk({team["team"] for table in tables for team in table["teams"]})
    wanted = {match["match"] for row in found for match in row.importance}
    matches = Match.objects.filter(status__in=UNSETTLED).select_related("home_team", "away_team")
    by_id = matches.in_bulk(wanted)
    return [_shown(row, teams, by_id) for row in found]


def backtests(seasons: Iterable[Season] | None = None) -> list[StageBacktest]:
    """Return the back-tests of these seasons (of all, if None), the newest season first."""
    rows = PlacesBacktest.objects.select_related("stage__season__competition")
    if seasons is not None:
        rows = rows.filter(stage__season__in=list(seasons))
    found: dict[int, StageBacktest] = {}
    for row in rows.order_by("-stage__season__starts_on", "stage__order", "stage", "matchday"):
        found.setdefault(row.stage_id, StageBacktest(row.stage)).rows.append(row)
    return list(found.values())


def _shown(row: SeasonForecast, teams: Mapping[int, Team], matches: Mapping[int, Match]) -> ShownForecast:
    return ShownForecast(
        row,
        tables=[_table(table, teams) for table in row.tables],
        needs=[_group(group, teams) for group in row.needs],
        matches=[
            ImportantMatch(matches[each["match"]], each["runs"], _stakes(each["stakes"], teams))
            for each in row.importance
            if each["match"] in matches
        ],
    )


def _table(table: Mapping[str, Any], teams: Mapping[int, Team]) -> ForecastTable:
    rows = [TeamForecast(**{**team, "team": teams[team["team"]]}) for team in table["teams"]]
    return ForecastTable(table["group"], table["first_place"], rows)


def _stakes(stakes: Sequence[Mapping[str, Any]], teams: Mapping[int, Team]) -> list[StakeOfTeam]:
    return [StakeOfTeam(teams[each["team"]], each["event"], each["chances"]) for each in stakes]


def _group(group: Mapping[str, Any], teams: Mapping[int, Team]) -> NeedsOfGroup:
    return NeedsOfGroup(
        group["group"], group["matches"], group["outcomes"], [_needs(each, teams) for each in group["teams"]]
    )


def _needs(needs: Mapping[str, Any], teams: Mapping[int, Team]) -> NeedsOfTeam:
    found = [NeedOfTeam(each["event"], each["place"], each["results"]) for each in needs.get("needs", ())]
    more = {name: needs.get(name) for name in ("left", "best", "worst")}
    return NeedsOfTeam(teams[needs["team"]], needs["counted"], needs=found, **more)
