"""Selectors of the team pages."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from content.pages.selectors import match_lists
from content.pages.selectors.match_lists import MatchLine
from matches.models import Match, Season, Team
from matches.statuses import SETTLED, UNSETTLED, Status
from stats.leaderboards import Board, leaderboard
from stats.models import LeaderboardRow, StandingsRow

SHOWN = 5  # best and worst forecasters, letters of the form
MEETINGS = 6


def of_competition(teams: QuerySet[Team], matches: QuerySet[Match]) -> QuerySet[Team]:
    """Return the teams that play in at least one of these matches, by name."""
    plays = Q(pk__in=matches.values("home_team")) | Q(pk__in=matches.values("away_team"))
    return teams.filter(plays).order_by("name", "pk")


def matches_of(team: Team) -> QuerySet[Match]:
    return match_lists.matches().filter(Q(home_team=team) | Q(away_team=team))


def places(team: Team, season: Season) -> QuerySet[StandingsRow]:
    """Return the team's rows in the tables of a season."""
    rows = StandingsRow.objects.filter(team=team, season=season).select_related("stage")
    return rows.order_by("stage__order", "stage_id", "group")


def next_match(team: Team, now: datetime) -> Match | None:
    """Return the team's first match that is not over and has not kicked off, or None."""
    ahead = matches_of(team).filter(status__in=UNSETTLED, kickoff_at__gte=now)
    return ahead.order_by("kickoff_at", "pk").first()


class SeasonMatches(NamedTuple):
    """Matches of a team in a season.

    `results` are over or have kicked off, newest first; `fixtures` are the others, by kickoff.
    """

    results: list[MatchLine]
    fixtures: list[MatchLine]


def season_matches(team: Team, season: Season, now: datetime) -> SeasonMatches:
    lines = match_lists.lines(matches_of(team).filter(season=season).order_by("kickoff_at", "pk"))
    ahead = [line for line in lines if line.match.status not in SETTLED and line.match.kickoff_at >= now]
    results = [line for line in lines if line not in ahead]
    return SeasonMatches(results[::-1], ahead)


class Played(NamedTuple):
    """Result of a team: its letter (W, D or L), and the match as text."""

    letter: str
    text: str


def form(team: Team, results: Iterable[MatchLine]) -> list[Played]:
    """Return the last SHOWN finished matches, oldest first. `results` are sorted, newest first."""
    finished = [
        line.match
        for line in results
        if line.match.status == Status.FINISHED and line.match.counting_score is not None
    ]
    return [_played(team, match) for match in reversed(finished[:SHOWN])]


def _played(team: Team, match: Match) -> Played:
    home, away = match.counting_score or (0, 0)
    is_home = match.home_team_id == team.pk
    own, other = (home, away) if is_home else (away, home)
    opponent = match.away_team if is_home else match.home_team
    letter, verb = ("W", "won") if own > other else ("L", "lost") if own < other else ("D", "drew")
    return Played(letter, f"{verb} {own}-{other} against {opponent.short_name}")


def meetings(team: Team, opponent: Team) -> list[MatchLine]:
    """Return the last MEETINGS matches of these two teams that are over, newest first."""
    both = matches_of(team).filter(Q(home_team=opponent) | Q(away_team=opponent), status__in=SETTLED)
    return match_lists.lines(both.order_by("-kickoff_at", "-pk")[:MEETINGS])


class BoardEnds(NamedTuple):
    """Both ends of the team's leaderboard, each in the order of the board.

    `best` also contains provisional rows if there are few others; `worst` contains no row of `best`.
    """

    best: list[Any]
    worst: list[Any]

    @property
    def provenances(self) -> set[str]:
        return {row.made_of for row in (*self.best, *self.worst)}


def board_ends(team: Team) -> BoardEnds:
    """Return the best and the worst forecasters in the matches of a team. Two queries."""
    rows: QuerySet[LeaderboardRow] = leaderboard(Board.of(team))
    best = list(rows[:SHOWN])
    last = rows.filter(average_rank__isnull=False, average_place__gt=SHOWN).order_by("-average_place")
    return BoardEnds(best, list(last[:SHOWN])[::-1])
