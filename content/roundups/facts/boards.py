"""Effects of the match on the season's leaderboard and on the streaks of forecasters.

The board is the season's leaderboard in its default order, average points per predicted score, computed from
the scores up to the match: the views contain only the current state. Provisional rows are left out
(stats/leaderboards.py). A board with only one ranked row is ignored.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from content.roundups.facts.match import one_line
from content.roundups.facts.query import Row
from content.roundups.facts.ranking import ranks
from content.roundups.facts.schema_tables import BoardFacts, BoardRow, Lead, Move, Run, Streaks
from core.rounding import half_up
from stats.leaderboards import provisional_below

TOP = 5
LEADS_FROM = 5  # matches: no one with fewer is called the leader
NAMED = 3
LONG_RUN, LONG_BLANK, WORTH_TELLING = 4, 5, 3


def board_facts(rows: Sequence[Row]) -> BoardFacts | None:
    """Compare the board with this match to the board without it; None with fewer than two ranked rows."""
    rows, earlier = _ranked(rows), _ranked(_without_this_match(rows))
    if len(rows) < 2:
        return None
    after = ranks(rows, worth=_average, key=_slug)
    before = ranks(earlier, worth=_average, key=_slug) if len(earlier) > 1 else {}
    shown = sorted(rows, key=lambda row: (after[row["slug"]], -row["matches"], row["name"]))
    leaders = _leaders(shown, after)
    moves = [_move(row, before[row["slug"]], after[row["slug"]]) for row in shown if row["slug"] in before]
    moved = sorted((move for move in moves if move["places"]), key=lambda move: -move["places"])
    return BoardFacts(
        size=len(rows),
        top=[_board_row(row, before.get(row["slug"]), after[row["slug"]]) for row in shown[:TOP]],
        leaders_before=[name for slug, name in _leaders(earlier, before).items() if slug in after],
        leaders=list(leaders.values()),
        leaders_count=len(leaders),
        leaders_average=float(half_up(_average(shown[0]), 2)) if leaders else None,
        lead=_lead(shown, after) if leaders else None,
        risers=[move for move in moved if move["rank"] < move["rank_before"]][:NAMED],
        fallers=[move for move in moved if move["rank"] > move["rank_before"]][:NAMED],
        moved=len(moved),
    )


def _ranked(rows: Sequence[Row]) -> list[Row]:
    """Return the rows that have a rank: enough matches, and a predicted score."""
    below = provisional_below(max((row["predicted"] for row in rows), default=0))
    return [row for row in rows if row["matches"] and row["predicted"] >= below]


def _leaders(rows: Sequence[Row], rank: dict[str, int]) -> dict[str, str]:
    """Return the names of the first by slug; none if one of them has too few matches to be called leader."""
    first = [row for row in rows if rank.get(row["slug"]) == 1]
    if any(row["predicted"] < LEADS_FROM for row in first):
        return {}
    return {row["slug"]: one_line(row["name"]) for row in first}


def _slug(row: Row) -> str:
    return str(row["slug"])


def _average(row: Row) -> Fraction:
    return Fraction(row["points"], row["matches"])


def _without_this_match(rows: Sequence[Row]) -> list[Row]:
    return [
        {
            **row,
            "predicted": row["predicted"] - row["predicted_here"],
            "matches": row["matches"] - (row["points_here"] is not None),
            "points": row["points"] - (row["points_here"] or 0),
        }
        for row in rows
    ]


def _board_row(row: Row, rank_before: int | None, rank: int) -> BoardRow:
    return BoardRow(
        slug=row["slug"],
        name=one_line(row["name"]),
        rank=rank,
        rank_before=rank_before,
        matches=row["matches"],
        points=row["points"],
        average=float(half_up(_average(row), 2)),
    )


def _move(row: Row, rank_before: int, rank: int) -> Move:
    return Move(
        slug=row["slug"],
        name=one_line(row["name"]),
        rank_before=rank_before,
        rank=rank,
        places=abs(rank_before - rank),
    )


def _lead(shown: Sequence[Row], rank: dict[str, int]) -> Lead | None:
    """Return the lead of the first over the second; None if either place is shared."""
    if [rank[row["slug"]] for row in shown[:3]][:2] != [1, 2] or list(rank.values()).count(2) > 1:
        return None
    first, second = shown[:2]
    even = first["matches"] == second["matches"]
    return Lead(
        slug=first["slug"],
        name=one_line(first["name"]),
        second=one_line(second["name"]),
        lead_points=first["points"] - second["points"] if even else None,
        lead_average=float(half_up(_average(first) - _average(second), 2)),
    )


def streaks(rows: Sequence[Row]) -> Streaks:
    """Runs of right and wrong tendencies that this match prolonged or ended, the longest first."""
    here = [row for row in rows if row["points_here"] is not None]
    hit = [row for row in here if row["run"][-1] != "-"]
    missed = [row for row in here if row["run"][-1] == "-"]
    return Streaks(
        running=_longest(((row, _hits(row["run"])) for row in hit), least=WORTH_TELLING),
        ended=_longest(((row, _hits(row["run"][:-1])) for row in missed), least=LONG_RUN),
        blanks_ended=_longest(((row, _blanks(row["run"][:-1])) for row in hit), least=LONG_BLANK),
    )


def _hits(run: str) -> int:
    return len(run) - 1 - run.rfind("-")


def _blanks(run: str) -> int:
    return len(run) - len(run.rstrip("-"))


def _longest(lengths: Iterable[tuple[Row, int]], *, least: int) -> list[Run]:
    runs = [
        Run(slug=row["slug"], name=one_line(row["name"]), length=length)
        for row, length in lengths
        if length >= least
    ]
    return sorted(runs, key=lambda run: (-run["length"], run["name"]))[:NAMED]
