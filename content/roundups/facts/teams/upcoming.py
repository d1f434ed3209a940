"""The next match of each team, as of the match, and what is left of the round."""

from content.roundups.facts.consensus import short_name
from content.roundups.facts.occasion import kickoff_after, one_line, round_in
from content.roundups.facts.scores import Row
from content.roundups.references.documents import Facts


def ahead_facts(raw: Row, match: Facts) -> Facts:
    following = raw["ahead"] or {}
    return {
        "home": _next("home", following.get("home"), raw, match),
        "away": _next("away", following.get("away"), raw, match),
        "round_left": raw["counts"]["round_left"],
        "simultaneous_open": raw["counts"]["simultaneous_open"],
    }


def _next(side: str, row: Row | None, raw: Row, match: Facts) -> Facts | None:
    if row is None:
        return None
    is_same = row["competition"]["slug"] == match["competition"]["slug"]
    return {
        "id": row["id"],
        "name": short_name(side, match),
        "opponent": one_line(row["away" if row["at_home"] else "home"]),
        "venue": "neutral" if row["neutral"] else "home" if row["at_home"] else "away",
        "kickoff_at": row["kickoff_at"],
        "kickoff_time_known": row["kickoff_time_known"],
        "kickoff_on": kickoff_after(row, raw["match"], raw["match"]["time_zone"]),
        "competition": None if is_same else one_line(row["competition"]["name"]),
        "round_in": round_in(row["round"]) if is_same and row["is_knockout"] else None,
    }
