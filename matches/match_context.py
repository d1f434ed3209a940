"""Context of upcoming matches: known facts such as the league table, for LLM prompts and the API."""

from collections.abc import Collection
from datetime import datetime

import orjson

from core.db import sql
from matches.forecasters.context import RECENT_MATCHES, Context, build_context

_CONTEXT_SQL = sql.read("matches/sql/match_context.sql")


def context_of_matches(match_ids: Collection[int], *, now: datetime) -> dict[int, Context]:
    """Return the current context of each match, by match id.

    One SQL statement reads everything, so all contexts come from one database snapshot.
    """
    rows = sql.fetch_all(_CONTEXT_SQL, {"matches": sorted(match_ids), "now": now, "few": RECENT_MATCHES})
    return {pk: build_context(orjson.loads(known), now=now) for pk, known in rows}
