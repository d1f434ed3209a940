"""Read the facts of a digest from the database."""

from dataclasses import fields
from types import SimpleNamespace
from typing import Any, cast

from content.digests.due_rounds import RoundState
from content.digests.field import field_facts
from content.digests.tables import table_facts, tie_facts
from content.roundups.facts.occasion import kickoff_on, one_line
from content.roundups.facts.people import person
from content.roundups.references.documents import Facts
from content.text.results import result_in_words
from core.db import sql
from matches.models import ResultRevision
from matches.result import Result
from matches.statuses import SETTLED, VOID, Status

VERSION = 2  # 2: lead in tables, widest win
ROUT = 5  # goals
_DIGEST = sql.read("content/sql/digest.sql")
_RESULT = [field.name for field in fields(Result)]


def gather(played: RoundState) -> Facts:
    """Return all facts of a complete round as JSON, as of its last match; fact_schema.py declares them."""
    values = {"stage": played.stage_id, "matches": played.match_ids}
    [(raw,)] = sql.fetch_all(_DIGEST, values | {"begun_at": played.begun_at, "as_of": played.as_of})
    return shape(raw, played)


def shape(raw: Facts, played: RoundState) -> Facts:
    results = [
        _result(row, raw["stage"]["time_zone"], row["id"] in played.late_ids) for row in raw["matches"]
    ]
    return {
        "schema": VERSION,
        "round": _round(raw, played),
        "results": results,
        "surprise": _surprise(results),
        "rout": _rout(results),
        "tables": table_facts(raw),
        "ties": tie_facts(raw),
        "field": field_facts(raw["forecasters"] or ()),
        "corrections": [found for row in raw["matches"] if (found := _correction(row))],
    }


def _round(raw: Facts, played: RoundState) -> Facts:
    stage = raw["stage"]
    assert played.as_of is not None, "a complete round has a last match"
    counted = [row for row in raw["matches"] if row["status"] == Status.FINISHED]
    void = len(raw["matches"]) - len(counted)
    in_time = [row for row in raw["matches"] if row["id"] not in played.late_ids]  # by kickoff
    return {
        "stage_id": stage["id"],
        "season_id": stage["season_id"],
        "kind": stage["kind"],
        "as_of": f"{played.as_of:%Y-%m-%dT%H:%M:%SZ}",
        "label": one_line(played.label),
        "competition": one_line(stage["competition"]["name"]),
        "season": one_line(stage["season"]),
        "stage": None if stage["is_only_stage"] else one_line(stage["name"]),
        "first_on": kickoff_on(in_time[0], stage["time_zone"]),
        "last_on": kickoff_on(in_time[-1], stage["time_zone"]),
        "matches": len(counted) or None,
        "void": void or None,
        "goals": sum(_goals(row) for row in counted),
    }


def _goals(row: Facts) -> int:
    """Return the goals of a match, with extra time, without the shootout."""
    home, away = Result.of(cast(Any, SimpleNamespace(**row))).before_shootout or (0, 0)
    return home + away


def _result(row: Facts, time_zone: str, is_late: bool) -> Facts:
    is_void = row["status"] in VOID
    score = None if is_void or row["home_score"] is None else f"{row['home_score']}-{row['away_score']}"
    text = _in_words(row)
    return {
        "id": row["id"],
        "settlement_id": row["settlement_id"],
        "group": row["group"],
        "is_late": is_late,
        "is_void": is_void,
        "home": person(row["home"]),
        "away": person(row["away"]),
        "score": score,
        "text": None if text == score else text,
        "played_on": kickoff_on(row, time_zone) if is_late else None,
        "picks": None if is_void else row["picks"],
        "right": None if is_void else row["right"],
    }


def _in_words(row: Facts) -> str:
    return result_in_words(ResultRevision(**{name: row[name] for name in _RESULT}))


def _surprise(results: list[Facts]) -> Facts | None:
    """Return the result that the fewest of at least three forecasters had right, if at most a sixth had it.

    None if two results are equally surprising.
    """
    rows = [row for row in results if (row["picks"] or 0) >= 3 and 6 * row["right"] <= row["picks"]]
    rows.sort(key=lambda row: (row["right"] / row["picks"], -row["picks"]))
    if not rows or (
        len(rows) > 1 and rows[0]["right"] * rows[1]["picks"] == rows[1]["right"] * rows[0]["picks"]
    ):
        return None
    row = rows[0]
    return {"id": row["id"], "text": _line(row), "picks": row["picks"], "right": row["right"]}


def _rout(results: list[Facts]) -> Facts | None:
    """Return the win by the most goals, if they are at least ROUT; None if two matches share that."""
    margins = [_margin(row) for row in results]
    most = max(margins, default=0)
    if most < ROUT or margins.count(most) > 1:
        return None
    row = results[margins.index(most)]
    return {"id": row["id"], "text": _line(row)}


def _margin(row: Facts) -> int:
    home, away = map(int, (row["score"] or "0-0").split("-"))
    return abs(home - away)


def _line(row: Facts) -> str:
    return f"{row['home']['name']} {row['score']} {row['away']['name']}"


def _correction(row: Facts) -> Facts | None:
    """Return the last other result that was recorded since the first report, or None."""
    revisions = [each for each in row["revisions"] or () if each["status"] in SETTLED]
    others = [each for each in revisions[:-1] if not _same(each, row)]
    if not others or not _same(revisions[-1], row):
        return None
    return {
        "id": row["id"],
        "home": person(row["home"]),
        "away": person(row["away"]),
        "before": _in_words(others[-1]),
        "after": _in_words(row),
        "reason": one_line(revisions[-1]["reason"]).rstrip(".") or None,
    }


def _same(revision: Facts, row: Facts) -> bool:
    return all(revision[name] == row[name] for name in _RESULT)
