"""Context of upcoming matches: known facts such as the league table, for LLM prompts and the API."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson

from core.db import sql
from matches.forecasters.context import RECENT_MATCHES, Context, build_context, table_row
from matches.tables.sums import by_stage, tables

_CONTEXT_SQL = sql.read("matches/sql/match_context.sql")

Tables = dict[tuple[int, str], list[dict[str, Any]]]


def context_of_matches(match_ids: Collection[int], *, now: datetime) -> dict[int, Context]:
    """Return the current context of each match, by match id.

    All contexts come from one database snapshot. The tables do not count these matches, even if they have
    results.
    """
    rows = sql.fetch_all(_CONTEXT_SQL, {"matches": sorted(match_ids), "now": now, "few": RECENT_MATCHES})
    read = {pk: orjson.loads(text) for pk, text in rows}
    shared = read.pop(None)
    found = _tables(shared, {known["match"]["stage_id"] for known in read.values()})
    return {
        pk: build_context({**known, "table": _table_of(known["match"], found)}, now=now)
        for pk, known in read.items()
    }


def _tables(shared: Mapping[str, Any], stages: Iterable[int]) -> Tables:
    """Return the tables of these stages by stage and group. Teams that share a place are ordered by name."""
    sums, names = by_stage(shared["sums"] or []), shared["teams"] or {}
    return {
        (stage, group): sorted(
            (
                table_row(line.record, place=line.position, team=names[str(line.record.team)])
                for line in table
            ),
            key=lambda row: (row["place"], row["team"]),
        )
        for stage in stages
        for group, table in tables(stage, sums).items()
    }


def _table_of(match: Mapping[str, Any], found: Tables) -> list[dict[str, Any]] | None:
    """Return the table of the match's group or, without one, of its stage; None if neither exists."""
    stage = match["stage_id"]
    return found.get((stage, match["group"])) or found.get((stage, ""))
