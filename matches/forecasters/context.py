"""Context of an LLM prompt: the facts known about a match at a given time.

Pure functions that convert the rows of match_context.sql to the context that is stored and sent. Names come
from external sources, so they are reduced to one line of visible characters. The context is sent as JSON, so
that names cannot be confused with instructions.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from core.rounding import half_up
from matches.kickoff_days import kickoff_day
from matches.tables.records import TeamRecord

SCHEMA = 2  # 1 had one table per season, and `second_leg` instead of stage, group, leg and tie
RECENT_MATCHES = 6  # matches of form, and earlier meetings
MAX_NAME_LENGTH = 100
BASIS = {"full_time": "after 90 minutes", "after_extra_time": "after extra time, if it is played"}
TABLE_COLUMNS = ("played", "won", "drawn", "lost", "goals_for", "goals_against", "points")
POINTS_FROM_ELSEWHERE = ("carried", "adjustment")  # included in `points`
_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # Unicode: control, format, surrogate, line and paragraph separator

Row = Mapping[str, Any]
Context = dict[str, Any]


def build_context(known: Row, *, now: datetime, odds: Sequence[Row] = ()) -> Context:
    """Return the context of an LLM prompt: facts about a match that were known at `now`.

    `known` is a result of match_context.sql; its "table" contains rows made by `table_row`. `odds` are the
    stored odds of the match. The context contains "odds" if there are any, "table" if the match counts in a
    table, and "tie" for a second or later leg.
    """
    match = known["match"]
    form = {side: [row for row in known["form"] or [] if row["team"] == side] for side in ("home", "away")}
    context: Context = {
        "schema": SCHEMA,
        "known_at": _format_time(now),
        "match": _match(match),
        "form": {side: [_form_match(row) for row in rows] for side, rows in form.items()},
        "meetings": [_meeting(row) for row in known["meetings"] or []],
        "rest_days": {side: _rest_days(rows, match) for side, rows in form.items()},
    }
    if known["table"]:
        context["table"] = known["table"]
    if (match["leg"] or 1) > 1:
        context["tie"] = _tie(match, known["earlier_legs"] or [])
    return context | ({"odds": [dict(row) for row in odds]} if odds else {})


def table_row(record: TeamRecord, *, place: int, team: str) -> dict[str, int | str]:
    """Return a row of the table for an LLM prompt. Leaves out carried points and points adjustments of 0."""
    row: dict[str, int | str] = {"place": place, "team": one_line(team)}
    row |= {name: getattr(record, name) for name in TABLE_COLUMNS}
    return row | {name: points for name in POINTS_FROM_ELSEWHERE if (points := getattr(record, name))}


def one_line(name: str, max_length: int = MAX_NAME_LENGTH) -> str:
    """Return the text as one line of visible characters, truncated to `max_length`."""
    plain = "".join(" " if unicodedata.category(each) in _HIDDEN else each for each in name)
    return " ".join(plain.split())[:max_length]


def _match(row: Row) -> dict[str, Any]:
    """Return the facts about the match. If its time is unknown, `kickoff_on` (day) replaces `kickoff_at`."""
    at = {"kickoff_at": _format_time(_parse_time(row["kickoff_at"]))}
    return {
        "competition": one_line(row["competition"]),
        "country": one_line(row["country"]),
        "season": one_line(row["season"]),
        "stage": one_line(row["stage"]),
        "stage_kind": row["stage_kind"] if row["stage_kind"] != "unknown" else None,
        "group": one_line(row["group"]) or None,
        "round": one_line(row["round"]),
        "leg": row["leg"],
        **(at if row["kickoff_time_known"] else {"kickoff_on": _day(row).isoformat()}),
        "neutral_ground": row["neutral"],
        "home": one_line(row["home"]),
        "away": one_line(row["away"]),
        "score_that_counts": BASIS[row["basis"]],
    }


def _tie(match: Row, legs: Sequence[Row]) -> dict[str, Any]:
    """Return the earlier legs of the tie and their aggregate score, with this match's home team first."""
    return {
        "earlier_legs": [_earlier_leg(match, leg) for leg in legs],
        "aggregate": _score(sum(leg["goals_for"] for leg in legs), sum(leg["goals_against"] for leg in legs))
        if legs
        else None,
        "away_goals_rule": match["away_goals"],
    }


def _earlier_leg(match: Row, leg: Row) -> dict[str, Any]:
    home, away = one_line(match["home"]), one_line(match["away"])
    ours, theirs = leg["goals_for"], leg["goals_against"]
    return {
        "leg": leg["leg"],
        "on": _day(leg).isoformat(),
        "home": home if leg["at_home"] else away,
        "away": away if leg["at_home"] else home,
        "score": _score(ours, theirs) if leg["at_home"] else _score(theirs, ours),
    }


def _score(home: int, away: int) -> str:
    return f"{home}-{away}"


def _form_match(row: Row) -> dict[str, Any]:
    """Return a past match from the perspective of one side."""
    at_home = row["at_home"]
    ours, theirs = _sides(row, "score", at_home=at_home)
    ending = _ending(row, at_home=at_home)
    return {
        "on": _day(row).isoformat(),
        "competition": one_line(row["competition"]),
        "venue": "neutral" if row["neutral"] else "home" if at_home else "away",
        "opponent": one_line(row["away"] if at_home else row["home"]),
        "score": _score(ours, theirs),
        "result": "win" if ours > theirs else "draw" if ours == theirs else "loss",
    } | ({"ending": ending} if ending else {})


def _meeting(row: Row) -> dict[str, Any]:
    ending = _ending(row, at_home=True)
    return {
        "on": _day(row).isoformat(),
        "competition": one_line(row["competition"]),
        "home": one_line(row["home"]),
        "away": one_line(row["away"]),
        "score": _score(row["home_score"], row["away_score"]),
    } | ({"ending": ending} if ending else {})


def _ending(row: Row, *, at_home: bool) -> str:
    """Return extra time and shootout in words, e.g. "1-1 after extra time, 4-2 on penalties", or "".

    The goals of the side with `at_home` are first.
    """
    names = {"score_aet": "after extra time", "penalties": "on penalties"}
    scores = {words: _sides(row, name, at_home=at_home) for name, words in names.items()}
    return ", ".join(f"{_score(*score)} {words}" for words, score in scores.items() if None not in score)


def _sides(row: Row, name: str, *, at_home: bool) -> tuple[Any, Any]:
    home, away = row[f"home_{name}"], row[f"away_{name}"]
    return (home, away) if at_home else (away, home)


def _rest_days(form: Sequence[Row], match: Row) -> float | None:
    """Return the days from a side's last match to this kickoff, or None if `form` contains no match.

    The result is a number of whole days if the time of one of the two kickoffs is unknown.
    """
    if not form:
        return None
    last = max(form, key=lambda row: _parse_time(row["kickoff_at"]))
    if not (last["kickoff_time_known"] and match["kickoff_time_known"]):
        return float((_day(match) - _day(last)).days)
    rest = _parse_time(match["kickoff_at"]) - _parse_time(last["kickoff_at"])
    return float(half_up(rest / timedelta(days=1), 1))


def _day(row: Row) -> date:
    return kickoff_day(_parse_time(row["kickoff_at"]), time_known=row["kickoff_time_known"])


def _parse_time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _format_time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
