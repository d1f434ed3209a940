"""Best and worst predictions of the match."""

from collections.abc import Iterable, Sequence

from content.roundups.facts.consensus import OUTCOMES, outcome_text
from content.roundups.facts.people import group, person
from content.roundups.facts.scores import Row
from content.roundups.references.documents import Facts
from core.rounding import percent

STORED = 12
VERDICTS = {
    "exact": "the exact score",
    "difference": "the right goal difference",
    "tendency": "the right result",
    "miss": "the wrong result",
}


def picks(rows: Sequence[Row], match: Facts) -> list[Facts]:
    """Return every prediction of the match in the order of the snapshot: best first."""
    return [_pick(row, match) for row in rows]


def _pick(row: Row, match: Facts) -> Facts:
    favourite = _favourite(row)
    actual = match["outcome"] if not match["void"] else None
    verdict, has_score = _verdict(row), row["home_goals"] is not None
    return person(row) | {
        "pick": f"{row['home_goals']}-{row['away_goals']}" if has_score else None,
        "verdict": VERDICTS.get(verdict or ""),
        "points": row["points"],
        "actual_percent": int(percent(row[f"p_{actual}"])) if actual and favourite else None,
        "favourite": favourite,
        "favourite_text": outcome_text(favourite, match) if favourite else None,
        "favourite_percent": int(percent(row[f"p_{favourite}"])) if favourite else None,
    }


def _favourite(row: Row) -> str | None:
    if row["p_home"] is None:
        return None
    return max(OUTCOMES, key=lambda outcome: float(row[f"p_{outcome}"]))


def _verdict(row: Row) -> str | None:
    if row["points"] is None:
        return None
    if row["exact_points"]:
        return "exact"
    if row["goal_difference_points"]:
        return "difference"
    return "tendency" if row["tendency_points"] else "miss"


def heroes(ranked: Sequence[Facts]) -> Facts | None:
    """Return the forecasters with the most points; None if no one has points."""
    most = max((pick["points"] or 0 for pick in ranked), default=0)
    best = [pick for pick in ranked if most and pick["points"] == most]
    return group(best, points=most, pick=_same(best, "pick"), verdict=_same(best, "verdict"))


def lost_most(rows: Sequence[Row], ranked: Sequence[Facts], match: Facts) -> Facts | None:
    """Return the forecasters without points who were most certain of another outcome, by the worst RPS.

    If no one has probabilities, those whose predicted score was farthest off. None if all have points.
    """
    empty = [(row, pick) for row, pick in zip(rows, ranked, strict=True) if not row["points"]]
    sure = [(row["rps"], pick) for row, pick in empty if row["rps"] is not None and _was_misled(pick)]
    if any(row["rps"] is not None for row, _ in empty):
        return _worst(sure)
    return _worst([(_goals_off(row, match), pick) for row, pick in empty])


def _worst(candidates: Sequence[tuple[float, Facts]]) -> Facts | None:
    most = max((loss for loss, _ in candidates), default=0)
    found = [pick for loss, pick in candidates if loss == most]
    shared = ("pick", "favourite_text", "favourite_percent", "actual_percent")
    return group(found, **{name: _same(found, name) for name in shared})


def _goals_off(row: Row, match: Facts) -> int:
    score = match["score"]
    return abs(row["home_goals"] - score["home"]) + abs(row["away_goals"] - score["away"]) if score else 0


def _was_misled(pick: Facts) -> bool:
    """Return True if the most probable outcome in its forecast is not the actual one."""
    return pick["actual_percent"] is not None and pick["favourite_percent"] != pick["actual_percent"]


def _same(found: Iterable[Facts], name: str) -> object:
    """Return the value that all of them have, or None if they differ."""
    values = {pick[name] for pick in found}
    return values.pop() if len(values) == 1 else None
