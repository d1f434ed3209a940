"""What is known of matches to come: for language models that are asked, and for whoever asks the API."""

from collections.abc import Collection
from datetime import datetime

import orjson

from core.db import sql
from matches.forecasters.context import FEW, Context, briefing

_KNOWN = sql.read("matches/sql/known_then.sql")


def context_of_matches(match_ids: Collection[int], *, now: datetime) -> dict[int, Context]:
    """What is known of each match at this moment; one statement, and so one snapshot of the database."""
    rows = sql.fetch_all(_KNOWN, {"matches": sorted(match_ids), "now": now, "few": FEW})
    return {pk: briefing(orjson.loads(known), now=now) for pk, known in rows}
