"""Context of an LLM prompt: the facts known about a match at a given time.

Pure functions that convert the rows of match_context.sql to the context that is stored and sent. Names come
from external sources, so they are reduced to one line of visible characters. The context is sent as JSON, so
that names cannot be confused with instructions.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from core.rounding import half_up

SCHEMA = 1
RECENT_MATCHES = 6  # matches of form, and earlier meetings
MAX_NAME_LENGTH = 100
BASIS = {"full_time": "after 90 minutes", "after_extra_time": "after extra time, if it is played"}
_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # Unicode: control, format, surrogate, line and paragraph separator

Row = Mapping[str, Any]
Context = dict[str, Any]


def build_context(known: Row, *, now: datetime, odds: Sequence[Row] = ()) -> Context:
    """Return the context of a question: only facts known at `now`.

    `odds` are the stored odds of this match. Without any, the context has no member "odds".
    """
    match = known["match"]
    kickoff_at = _parse_time(match["kickoff_at"])
    form = {side: [row for row in known["form"] or [] if row["team"] == side] for side in ("home", "away")}
    context: Context = {
        "schema": SCHEMA,
        "known_at": _format_time(now),
        "match": _match(match, kickoff_at),
        "table": _table(known["table"] or []) if match["matchday"] is not None else None,
        "form": {side: [_form_match(row) for row in rows] for side, rows in form.items()},
        "meetings": [_meeting(row) for row in known["meetings"] or []],
        "rest_days": {side: _rest_days(rows, kickoff_at) for side, rows in form.items()},
    }
    return context | ({"odds": [dict(row) for row in odds]} if odds else {})


def one_line(name: str, max_length: int = MAX_NAME_LENGTH) -> str:
    """Return the text as one line of visible characters, truncated to `max_length`."""
    plain = "".join(" " if unicodedata.category(each) in _HIDDEN else each for each in name)
    return " ".join(plain.split())[:max_length]


def _match(row: Row, kickoff_at: datetime) -> dict[str, Any]:
    return {
        "competition": one_line(row["competition"]),
        "country": one_line(row["country"]),
        "season": one_line(row["season"]),
        "round": one_line(row["round"]),
        "kickoff_at": _format_time(kickoff_at),
        "neutral_ground": row["neutral"],
        "second_leg": row["second_leg"],
        "home": one_line(row["home"]),
        "away": one_line(row["away"]),
        "score_that_counts": BASIS[row["basis"]],
    }


def _table(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return the league table in the order of `rows`.

    Neighbouring teams with equal points, goal difference and goals share a place.
    """
    table: list[dict[str, Any]] = []
    for number, row in enumerate(rows, 1):
        line = {
            "place": number,
            "team": one_line(row["team"]),
            **{name: row[name] for name in ("played", "won", "drawn", "lost", "goals_for", "goals_against")},
            "points": row["points"],
        }
        if table and _rank_values(table[-1]) == _rank_values(line):
            line["place"] = table[-1]["place"]
        table.append(line)
    return table


def _rank_values(line: Row) -> tuple[int, int, int]:
    return line["points"], line["goals_for"] - line["goals_against"], line["goals_for"]


def _form_match(row: Row) -> dict[str, Any]:
    """Return a past match from the perspective of one side."""
    ours, theirs = row["home_score"], row["away_score"]
    if not row["at_home"]:
        ours, theirs = theirs, ours
    return {
        "on": _parse_time(row["kickoff_at"]).date().isoformat(),
        "competition": one_line(row["competition"]),
        "venue": "home" if row["at_home"] else "away",
        "opponent": one_line(row["away"] if row["at_home"] else row["home"]),
        "score": f"{ours}-{theirs}",
        "result": "win" if ours > theirs else "draw" if ours == theirs else "loss",
    }


def _meeting(row: Row) -> dict[str, Any]:
    return {
        "on": _parse_time(row["kickoff_at"]).date().isoformat(),
        "competition": one_line(row["competition"]),
        "home": one_line(row["home"]),
        "away": one_line(row["away"]),
        "score": f"{row['home_score']}-{row['away_score']}",
    }


def _rest_days(form: Sequence[Row], kickoff_at: datetime) -> float | None:
    """Return the days between the side's last match and this kickoff, or None without a last match."""
    if not form:
        return None
    rest = kickoff_at - max(_parse_time(row["kickoff_at"]) for row in form)
    return float(half_up(rest / timedelta(days=1), 1))


def _parse_time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _format_time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
