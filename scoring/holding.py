"""Holding a match while it is judged: nothing that the judgement rests on can change meanwhile."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

from config import sql
from matches.models import Competition, Match, Season
from scoring.models import Settlement

_Model = TypeVar("_Model", bound=Model)

# The match for ourselves, its competition shared: whoever changes the basis waits for us, and then asks for
# this match as well; or we wait, and see it.
_HOLD = """
SELECT FROM matches_match m
JOIN matches_season s ON s.id = m.season_id
JOIN matches_competition c ON c.id = s.competition_id
WHERE m.id = %s FOR UPDATE OF m FOR SHARE OF c
"""

# A statement of its own after the holding: it sees what the holding waited for. Written out, because making
# three queries of it takes Django longer than PostgreSQL takes to score fifty predictions.
_NEEDED: dict[type[Model], set[str] | None] = {
    Match: None,  # all of it
    Season: {"id", "competition_id"},
    Competition: {"id", "score_basis"},
    Settlement: None,
}
_ATTRIBUTES: dict[type[Model], list[str]] = {
    model: [field.attname for field in model._meta.concrete_fields if not names or field.attname in names]
    for model, names in _NEEDED.items()
}
_COLUMNS = ", ".join(
    f"{alias}.{name}" for alias, names in zip("mscl", _ATTRIBUTES.values(), strict=True) for name in names
)
_READ = f"""
SELECT {_COLUMNS}
FROM matches_match m
JOIN matches_season s ON s.id = m.season_id
JOIN matches_competition c ON c.id = s.competition_id
LEFT JOIN LATERAL (
    SELECT * FROM scoring_settlement WHERE match_id = m.id ORDER BY number DESC LIMIT 1
) AS l ON true
WHERE m.id = %s
"""


def hold(match_id: int) -> tuple[Match, Settlement | None]:
    """The match, held so that neither result nor basis can change meanwhile, and its newest settlement.

    Raises Match.DoesNotExist.
    """
    sql.rows(_HOLD, [match_id])
    found = sql.rows(_READ, [match_id])
    if not found:
        raise Match.DoesNotExist(f"There is no match with id {match_id}.")
    values = iter(found[0])
    match = _next(Match, values)
    match.season = _next(Season, values)
    match.season.competition = _next(Competition, values)
    last = _next(Settlement, values)
    return match, last if last.pk else None


def _next(model: type[_Model], values: Iterator[Any]) -> _Model:
    names = _ATTRIBUTES[model]
    return model.from_db(connection.alias, names, [*islice(values, len(names))])
