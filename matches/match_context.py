"""Context of upcoming matches, for LLM prompts and for API clients."""

from collections.abc import Collection
from datetime import datetime

import orjson

from core.db import sql
from matches.forecasters.context import FEW, Context, briefing

_KNOWN = sql.read("matches/sql/known_then.sql")


def context_of_matches(match_ids: Collection[int], *, now: datetime) -> dict[int, Context]:
    """Return the current context of each match, all from one statement and so from one database snapshot."""
    rows = sql.fetch_all(_KNOWN, {"matches": sorted(match_ids), "now": now, "few": FEW})
    return {pk: briefing(orjson.loads(known), now=now) for pk, known in rows}
