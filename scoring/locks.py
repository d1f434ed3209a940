"""Row locks that keep the input of the scoring unchanged while a match is scored."""

from core.db import sql
from core.db.prepared import PreparedQuery
from matches.models import Match
from scoring.models import Settlement

# Exclusive lock on the match, shared lock on its competition: either a concurrent change of the score basis
# waits and then requests scoring of this match as well, or this statement waits and reads the new basis.
_HOLD = """
SELECT FROM matches_match m
JOIN matches_season s ON s.id = m.season_id
JOIN matches_competition c ON c.id = s.competition_id
WHERE m.id = %s FOR UPDATE OF m FOR SHARE OF c
"""

# Separate statements after the lock, so that their snapshots include the changes it waited for.
_match = PreparedQuery(lambda pk: Match.objects.select_related("season__competition").filter(pk=pk))
_newest = PreparedQuery(lambda pk: Settlement.objects.filter(match_id=pk).order_by("-number")[:1])


def lock_match(match_id: int) -> tuple[Match, Settlement | None]:
    """Lock the match until the end of the transaction; return it and its newest settlement.

    Neither its result nor the score basis of its competition can change meanwhile. Raises Match.DoesNotExist.
    """
    sql.fetch_all(_HOLD, [match_id])
    with sql.prefetch(_match.asked(match_id), _newest.asked(match_id)):
        found, last = _match(match_id), _newest(match_id)
    if not found:
        raise Match.DoesNotExist(f"There is no match with id {match_id}.")
    return found[0], last[0] if last else None
