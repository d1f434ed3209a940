"""Holding a match while it is judged: nothing that the judgement rests on can change meanwhile."""

from core.db import sql
from core.db.prepared import PreparedQuery
from matches.models import Match
from scoring.models import Settlement

# The match for ourselves, its competition shared: whoever changes the basis waits for us, and then asks for
# this match as well; or we wait, and see it.
_HOLD = """
SELECT FROM matches_match m
JOIN matches_season s ON s.id = m.season_id
JOIN matches_competition c ON c.id = s.competition_id
WHERE m.id = %s FOR UPDATE OF m FOR SHARE OF c
"""

# Statements of their own after the holding: they see what it waited for.
_match = PreparedQuery(lambda pk: Match.objects.select_related("season__competition").filter(pk=pk))
_newest = PreparedQuery(lambda pk: Settlement.objects.filter(match_id=pk).order_by("-number")[:1])


def lock_match(match_id: int) -> tuple[Match, Settlement | None]:
    """The match, held so that neither result nor basis can change meanwhile, and its newest settlement.

    Raises Match.DoesNotExist.
    """
    sql.fetch_all(_HOLD, [match_id])
    with sql.prefetch(_match.asked(match_id), _newest.asked(match_id)):
        found, last = _match(match_id), _newest(match_id)
    if not found:
        raise Match.DoesNotExist(f"There is no match with id {match_id}.")
    return found[0], last[0] if last else None
