"""What comes next for both sides, and what is still to come of the round."""

from datetime import UTC, datetime
from typing import Any, Literal

from content.roundups.facts.match import day, one_line, round_name
from content.roundups.facts.query import Row
from content.roundups.facts.schema import AheadFacts, NextMatch


def ahead_facts(raw: Row) -> AheadFacts:
    following = raw["ahead"] or {}
    return AheadFacts(
        home=_next(following.get("home"), raw["match"]["kickoff_at"]),
        away=_next(following.get("away"), raw["match"]["kickoff_at"]),
        round_left=raw["counts"]["round_left"],
        simultaneous_open=raw["counts"]["simultaneous_open"],
    )


def _next(row: dict[str, Any] | None, seen_from: str) -> NextMatch | None:
    if row is None:
        return None
    home, away = one_line(row["home"]), one_line(row["away"])
    venue: Literal["home", "away"] = "home" if row["at_home"] else "away"
    return NextMatch(
        name=home if row["at_home"] else away,
        opponent=away if row["at_home"] else home,
        venue="neutral" if row["neutral"] else venue,
        kickoff_at=datetime.fromisoformat(row["kickoff_at"]).astimezone(UTC).isoformat(),
        kickoff_on=day(row["kickoff_at"], seen_from=seen_from),
        round=round_name(row["round_label"]),
        competition=one_line(row["competition"]),
    )
