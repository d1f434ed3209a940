"""The league table with this match counted, and where both sides stood before."""

import re
from collections.abc import Sequence

from content.roundups.facts.match import one_line
from content.roundups.facts.query import Row
from content.roundups.facts.ranking import ranks
from content.roundups.facts.schema_tables import LeagueFacts, LeagueRow

TOP = 5
# Rounds that no single table of the season describes.
CUP_ROUND = re.compile(
    r"\b(finals?|semi|quarter|round of|last \d+|play-?offs?|qualif\w*|knock\w*|group|legs?)\b", re.IGNORECASE
)


def league_facts(rows: Sequence[Row], match: Row, round_label: str) -> LeagueFacts | None:
    """The top five and both sides. None for a cup round, or while nothing is counted."""
    if not rows or CUP_ROUND.search(round_label):
        return None
    after = ranks(rows, worth=_worth, key=_slug)
    before = ranks(_without_this_match(rows, match), worth=_worth, key=_slug)
    shown = sorted(rows, key=lambda row: (after[row["slug"]], row["name"]))
    playing = {match["home"]["slug"], match["away"]["slug"]}
    return LeagueFacts(
        size=len(rows),
        rows=[
            _league_row(row, before.get(row["slug"]), after[row["slug"]])
            for place, row in enumerate(shown)
            if place < TOP or row["slug"] in playing
        ],
        leaders_before=[one_line(row["name"]) for row in rows if before.get(row["slug"]) == 1],
        leaders=[one_line(row["name"]) for row in shown if after[row["slug"]] == 1],
    )


def _slug(row: Row) -> str:
    return str(row["slug"])


def _points(row: Row) -> int:
    return int(3 * row["won"] + row["drawn"] + row["adjustment"])


def _worth(row: Row) -> tuple[int, int, int]:
    """Points, goal difference, goals: the order of stats/sql/standings.sql."""
    return _points(row), row["goals_for"] - row["goals_against"], row["goals_for"]


def _without_this_match(rows: Sequence[Row], match: Row) -> list[Row]:
    earlier = [_before(row, match) if row["plays_here"] else row for row in rows]
    return [row for row in earlier if row["played"]]


def _before(row: Row, match: Row) -> Row:
    ours, theirs = match["home_score"], match["away_score"]
    if row["slug"] == match["away"]["slug"]:
        ours, theirs = theirs, ours
    return {
        **row,
        "played": row["played"] - 1,
        "won": row["won"] - (ours > theirs),
        "drawn": row["drawn"] - (ours == theirs),
        "goals_for": row["goals_for"] - ours,
        "goals_against": row["goals_against"] - theirs,
    }


def _league_row(row: Row, position_before: int | None, position: int) -> LeagueRow:
    return LeagueRow(
        slug=row["slug"],
        name=one_line(row["name"]),
        position=position,
        position_before=position_before,
        played=row["played"],
        won=row["won"],
        drawn=row["drawn"],
        lost=row["lost"],
        goals_for=row["goals_for"],
        goals_against=row["goals_against"],
        goal_difference=row["goals_for"] - row["goals_against"],
        points=_points(row),
        deducted=-row["adjustment"] if row["adjustment"] < 0 else None,
        added=row["adjustment"] if row["adjustment"] > 0 else None,
        plays_here=row["plays_here"],
    )
