"""What a language model is told about a match: the facts of the moment, shaped for reading.

Pure: from the rows of known_then.sql to the context that is stored and sent. Names were written by others, so
they are cut to one line of what can be seen; the context is sent as JSON, where a name stays a name.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from core.rounding import half_up

SCHEMA = 1
FEW = 6  # matches of form, and earlier meetings
LONGEST_NAME = 100
BASIS = {"full_time": "after 90 minutes", "after_extra_time": "after extra time, if it is played"}
_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # Unicode's categories: controls, overrides, halves, separators

Row = Mapping[str, Any]
Context = dict[str, Any]


def briefing(known: Row, *, now: datetime, odds: Sequence[Row] = ()) -> Context:
    """The context of a question: what was known at `now`, and nothing else.

    `odds` are what feeds have stored about this match; where there are none the word does not occur.
    """
    match = known["match"]
    kickoff_at = _moment(match["kickoff_at"])
    form = {side: [row for row in known["form"] or [] if row["team"] == side] for side in ("home", "away")}
    context: Context = {
        "schema": SCHEMA,
        "known_at": _written(now),
        "match": _match(match, kickoff_at),
        "table": _table(known["table"] or []) if match["matchday"] is not None else None,
        "form": {side: [_played(row) for row in rows] for side, rows in form.items()},
        "meetings": [_meeting(row) for row in known["meetings"] or []],
        "rest_days": {side: _rest(rows, kickoff_at) for side, rows in form.items()},
    }
    return context | ({"odds": [dict(row) for row in odds]} if odds else {})


def one_line(name: str, longest: int = LONGEST_NAME) -> str:
    """A text of somebody as one line of what can be seen."""
    plain = "".join(" " if unicodedata.category(each) in _HIDDEN else each for each in name)
    return " ".join(plain.split())[:longest]


def _match(row: Row, kickoff_at: datetime) -> dict[str, Any]:
    return {
        "competition": one_line(row["competition"]),
        "country": one_line(row["country"]),
        "season": one_line(row["season"]),
        "round": one_line(row["round"]),
        "kickoff_at": _written(kickoff_at),
        "neutral_ground": row["neutral"],
        "second_leg": row["second_leg"],
        "home": one_line(row["home"]),
        "away": one_line(row["away"]),
        "score_that_counts": BASIS[row["basis"]],
    }


def _table(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The league table, its rows in order; equal ones share a place."""
    table: list[dict[str, Any]] = []
    for number, row in enumerate(rows, 1):
        line = {
            "place": number,
            "team": one_line(row["team"]),
            **{name: row[name] for name in ("played", "won", "drawn", "lost", "goals_for", "goals_against")},
            "points": row["points"],
        }
        if table and _worth(table[-1]) == _worth(line):
            line["place"] = table[-1]["place"]
        table.append(line)
    return table


def _worth(line: Row) -> tuple[int, int, int]:
    return line["points"], line["goals_for"] - line["goals_against"], line["goals_for"]


def _played(row: Row) -> dict[str, Any]:
    """A match of one side, as that side saw it."""
    ours, theirs = row["home_score"], row["away_score"]
    if not row["at_home"]:
        ours, theirs = theirs, ours
    return {
        "on": _moment(row["kickoff_at"]).date().isoformat(),
        "competition": one_line(row["competition"]),
        "venue": "home" if row["at_home"] else "away",
        "opponent": one_line(row["away"] if row["at_home"] else row["home"]),
        "score": f"{ours}-{theirs}",
        "result": "win" if ours > theirs else "draw" if ours == theirs else "loss",
    }


def _meeting(row: Row) -> dict[str, Any]:
    return {
        "on": _moment(row["kickoff_at"]).date().isoformat(),
        "competition": one_line(row["competition"]),
        "home": one_line(row["home"]),
        "away": one_line(row["away"]),
        "score": f"{row['home_score']}-{row['away_score']}",
    }


def _rest(form: Sequence[Row], kickoff_at: datetime) -> float | None:
    """Days from the kickoff of the last match to this one; None where no match is known."""
    if not form:
        return None
    rest = kickoff_at - max(_moment(row["kickoff_at"]) for row in form)
    return float(half_up(rest / timedelta(days=1), 1))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
