"""Known facts before a match: places in the table, form, rest days and earlier meetings of both teams."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models.expressions import RawSQL

from content.pages.selectors import match_lists, team_pages
from content.pages.selectors.match_lists import MatchLine
from content.pages.selectors.team_pages import Played
from core.db import sql
from core.db.prepared import PreparedQuery
from matches.api.matches import known_facts
from matches.match_context import context_of_matches
from matches.models import Match, Team

_IDS = sql.read("content/sql/match_before.sql")
_PAST = PreparedQuery(lambda pk: match_lists.matches().filter(pk__in=RawSQL(_IDS, [pk])))


class SideBefore(NamedTuple):
    """One team before a match.

    - `place`: its row in the table, as in the field `known` of the API; None without a table
    - `form`: its last five finished matches, oldest first
    - `rest_days`: days since its last kickoff; None if unknown
    """

    team: Team
    place: dict[str, Any] | None
    form: list[Played]
    rest_days: float | None


class Before(NamedTuple):
    """Both teams before a match, and their last six meetings, newest first."""

    sides: list[SideBefore]
    meetings: list[Match]


def before(match: Match, *, now: datetime) -> Before:
    """Return the known facts about a match that is not over. Two queries."""
    known = known_facts(context_of_matches([match.pk], now=now)[match.pk])
    past = sorted(_PAST(match.pk), key=lambda each: (each.kickoff_at, each.pk), reverse=True)
    teams = {"home": match.home_team, "away": match.away_team}
    return Before(
        [
            SideBefore(
                team,
                known["standings"][side],
                team_pages.form(team, [MatchLine(each) for each in past if _plays(team, each)]),
                known["rest_days"][side],
            )
            for side, team in teams.items()
        ],
        [each for each in past if all(_plays(team, each) for team in teams.values())],
    )


def _plays(team: Team, match: Match) -> bool:
    return team in (match.home_team, match.away_team)
