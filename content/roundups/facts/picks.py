"""Best and worst predictions of the match."""

from collections.abc import Sequence

from content.roundups.facts.match import one_line, scoreline
from content.roundups.facts.query import Row
from content.roundups.facts.schema import Heroes, MatchFacts, Outcome, Pick, Verdict
from core.rounding import percent

OUTCOMES: tuple[Outcome, ...] = ("home", "draw", "away")
NAMED_HEROES = 5


def picks(rows: Sequence[Row], match: MatchFacts) -> list[Pick]:
    """Every prediction of the match in the order of the snapshot: best first."""
    return [_pick(row, match) for row in rows]


def _pick(row: Row, match: MatchFacts) -> Pick:
    score = scoreline(row["home_goals"], row["away_goals"])
    favourite = _favourite(row)
    actual = match["outcome"] if not match["void"] else None
    return Pick(
        slug=row["slug"],
        name=one_line(row["name"]),
        pick=score["text"] if score else None,
        verdict=_verdict(row),
        points=row["points"],
        actual_percent=int(percent(row[f"p_{actual}"])) if actual and favourite else None,
        favourite=favourite,
        favourite_percent=int(percent(row[f"p_{favourite}"])) if favourite else None,
    )


def _favourite(row: Row) -> Outcome | None:
    if row["p_home"] is None:
        return None
    return max(OUTCOMES, key=lambda outcome: row[f"p_{outcome}"])


def _verdict(row: Row) -> Verdict | None:
    if row["points"] is None:
        return None
    if row["exact_points"]:
        return "exact"
    if row["goal_difference_points"]:
        return "difference"
    return "tendency" if row["tendency_points"] else "miss"


def heroes(ranked: Sequence[Pick]) -> Heroes | None:
    """Return the forecasters with the most points; None if no one has points."""
    most = max((pick["points"] or 0 for pick in ranked), default=0)
    best = [pick for pick in ranked if most and pick["points"] == most]
    return Heroes(points=most, count=len(best), best=best[:NAMED_HEROES]) if best else None


def lost_most(rows: Sequence[Row], ranked: Sequence[Pick], match: MatchFacts) -> Pick | None:
    """Return the forecaster without points who was most certain of another outcome, by the worst RPS.

    If no one has probabilities, it is the one whose scoreline was farthest off. None where all scored, or
    where several share that place.
    """
    empty = [(row, pick) for row, pick in zip(rows, ranked, strict=True) if not row["points"]]
    sure = [(row["rps"], pick) for row, pick in empty if row["rps"] is not None]
    if sure:
        return _sole_worst([(loss, pick) for loss, pick in sure if _was_misled(pick)])
    return _sole_worst([(_goals_off(row, match), pick) for row, pick in empty])


def _goals_off(row: Row, match: MatchFacts) -> int:
    score = match["score"]
    return abs(row["home_goals"] - score["home"]) + abs(row["away_goals"] - score["away"]) if score else 0


def _was_misled(pick: Pick) -> bool:
    """Return True if the most probable outcome in its forecast is not the actual one."""
    return pick["actual_percent"] is not None and pick["favourite_percent"] != pick["actual_percent"]


def _sole_worst(candidates: Sequence[tuple[float, Pick]]) -> Pick | None:
    worst = max((loss for loss, _ in candidates), default=0)
    losers = [pick for loss, pick in candidates if loss == worst]
    return losers[0] if len(losers) == 1 else None
