"""Previous and next match of a match's round and of both teams."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models.expressions import RawSQL

from content.pages.selectors import match_lists, rounds
from core.db import sql
from core.db.prepared import PreparedQuery
from matches.models import Match

_IDS = sql.read("content/sql/match_neighbours.sql")
_NEAR = PreparedQuery(lambda pk: match_lists.matches().filter(pk__in=RawSQL(_IDS, [pk])))


class Neighbours(NamedTuple):
    """Matches before and after a match, of a round or team, with the name and URL of that round or team."""

    name: str
    url: str
    previous: Match | None
    next: Match | None


def statement(match: int) -> sql.Statement:
    """Return the SQL statement that `neighbours_of` executes, to be passed to sql.prefetch()."""
    return _NEAR.statement(match)


def neighbours_of(match: Match) -> list[Neighbours]:
    """Return the neighbours in the round and of both teams, if there are any. One query."""
    near = sorted(_NEAR(match.pk), key=_place)
    url = rounds.round_url(match.season.competition.slug, match.stage_id, match.round_label)
    of_round = [other for other in near if _round(other) == _round(match)]
    found = [_neighbours(match.round_label, url, match, of_round)]
    for team in (match.home_team, match.away_team):
        of_team = [other for other in near if team in (other.home_team, other.away_team)]
        found.append(_neighbours(team.name, team.get_absolute_url(), match, of_team))
    return [each for each in found if each.previous or each.next]


def _neighbours(name: str, url: str, match: Match, near: Sequence[Match]) -> Neighbours:
    """Return the last match before and the first after. `near` is sorted by kickoff."""
    before = [other for other in near if _place(other) < _place(match)]
    after = [other for other in near if _place(other) > _place(match)]
    return Neighbours(name, url, before[-1] if before else None, after[0] if after else None)


def _round(match: Match) -> tuple[int, str]:
    return match.stage_id, match.round_label


def _place(match: Match) -> tuple[datetime, int]:
    return match.kickoff_at, match.pk
