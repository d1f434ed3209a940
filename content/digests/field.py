"""Facts about the forecasters of a round: totals over its matches, the best and the worst."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from content.roundups.facts.people import group, person
from content.roundups.references.documents import Facts
from core.rounding import half_up

TOP = 5


def field_facts(rows: Sequence[Facts]) -> Facts | None:
    """Return the facts about all forecasters with a scored prediction, or None without any.

    The best have the most points in the round. The worst have the fewest of those who predicted a score for
    as many matches as anyone; None if these all have equal points. The closest have the lowest average
    RPS of those with the most probabilities.
    """
    if not rows:
        return None
    scorers = [row for row in rows if row["picks"]]
    picks, right = sum(row["picks"] for row in scorers), sum(row["right"] for row in scorers)
    return {
        "forecasters": len(rows),
        "scorers": len(scorers) or None,
        "picks": picks or None,
        "right": right if picks else None,
        "right_percent": int(half_up(Fraction(100 * right, picks), 0)) if picks else None,
        "exact": sum(row["exact"] for row in scorers) if picks else None,
        "best": _best(scorers),
        "worst": _worst(scorers),
        "most_exact": _most_exact(scorers),
        "closest": _closest(rows),
        "top": _top(scorers),
    }


def _best(rows: Sequence[Facts]) -> Facts | None:
    most = max((row["points"] for row in rows), default=0)
    return group(map(person, (row for row in rows if row["points"] == most)), points=most) if most else None


def _worst(rows: Sequence[Facts]) -> Facts | None:
    picks = max((row["picks"] for row in rows), default=0)
    complete = [row for row in rows if row["picks"] == picks]
    points = [row["points"] for row in complete]
    if not points or min(points) == max(points):
        return None
    last = (person(row) for row in complete if row["points"] == min(points))
    return group(last, points=min(points), picks=picks)


def _most_exact(rows: Sequence[Facts]) -> Facts | None:
    """Return those with the most exact scores; None if that is fewer than two each or all are equal."""
    most = max((row["exact"] for row in rows), default=0)
    best = [person(row) for row in rows if row["exact"] == most]
    return group(best, exact=most) if most > 1 and len(best) < len(rows) else None


def _closest(rows: Sequence[Facts]) -> Facts | None:
    """Return those with the lowest RPS; None if all who are compared are equal or there is only one."""
    most = max((row["probabilities"] for row in rows), default=0)
    sums = [(Decimal(row["rps"]), row) for row in rows if most and row["probabilities"] == most]
    lowest = min((rps for rps, _ in sums), default=None)
    best = [person(row) for rps, row in sums if rps == lowest]
    return group(best) if len(best) < len(sums) else None


def _top(rows: Sequence[Facts]) -> list[Facts]:
    """Return the first TOP forecasters, without those who share the last place if not all of them fit."""
    ordered = sorted(rows, key=lambda row: (-row["points"], str(row["name"]).casefold(), row["slug"]))
    points = [row["points"] for row in ordered]
    last = points[TOP] if len(points) > TOP else None
    shown = [row for row in ordered[:TOP] if row["points"] != last]
    return [
        person(row)
        | {"rank": 1 + points.index(row["points"])}
        | {name: row[name] for name in ("points", "picks", "exact", "right")}
        for row in shown
    ]
