"""Results of a search, grouped by kind."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from content.models import Roundup
from content.roundups import out_of_date
from content.search import names
from content.search.words import SearchText
from core.db import sql
from matches.models import Competition, Forecaster, Match, Team

LIMIT = 10  # of each kind
_MATCHES = sql.read("content/sql/search_matches.sql")
_ROUNDUPS = sql.read("content/sql/search_roundups.sql")


@dataclass(frozen=True, slots=True)
class Results:
    """Rows that a search has found, at most LIMIT of each kind.

    Names are sorted by similarity, exact ones first; roundups newest first; matches of the teams that
    contain the most words first, then newest first.
    """

    teams: list[Team] = field(default_factory=list)
    forecasters: list[Forecaster] = field(default_factory=list)
    competitions: list[Competition] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)
    roundups: list[Roundup] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any((self.teams, self.forecasters, self.competitions, self.matches, self.roundups))


def search(query: str, *, matches: QuerySet[Match], now: datetime) -> Results:
    """Search for a text. `matches` is the queryset that selects the matches with related rows."""
    text = SearchText.of(query)
    if not text.words:
        return Results()
    found = names.hits(text)
    ids = {kind: names.best(found.get(kind, []), LIMIT) for kind in ("team", "forecaster", "competition")}
    return Results(
        teams=_in_order(Team.objects.all(), ids["team"]),
        forecasters=_in_order(Forecaster.objects.all(), ids["forecaster"]),
        competitions=_in_order(Competition.objects.all(), ids["competition"]),
        matches=_in_order(matches, _match_ids(text, found)),
        roundups=_in_order(out_of_date.published(), _roundup_ids(text, now)),
    )


def _in_order(rows: QuerySet[Any], ids: Iterable[int]) -> list[Any]:
    """Return the rows with these ids, in this order."""
    by_id = rows.in_bulk(list(ids))
    return [by_id[pk] for pk in ids if pk in by_id]


def _match_ids(text: SearchText, found: names.Hits) -> list[int]:
    """Return the ids of matches. A search without the name of a team finds no matches."""
    teams, seasons, years = found.get("team", []), found.get("season", []), text.years
    if not teams:
        return []
    values = {
        "teams": [hit.id for hit in teams],
        "team_words": [hit.words for hit in teams],
        "seasons": [hit.id for hit in seasons],
        "season_words": [hit.words for hit in seasons],
        "years": list(years),
        "year_words": list(years.values()),
        "all": text.all_words,
        "limit": LIMIT,
    }
    return [pk for (pk,) in sql.fetch_all(_MATCHES, values)]


def _roundup_ids(text: SearchText, now: datetime) -> list[int]:
    """Return the ids of roundups that contain all words except years."""
    years = text.years
    terms = [f"'{word}':*" for word, bit in text.bits if bit not in years.values()]
    if not terms:
        return []
    values = {"query": " & ".join(terms), "years": list(years), "now": now, "limit": LIMIT}
    return [pk for (pk,) in sql.fetch_all(_ROUNDUPS, values)]
