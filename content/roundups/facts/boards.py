"""Effects of the match on the season's leaderboard and on the streaks of forecasters.

The leaderboard is that of the season in its default order, average points per predicted score, computed from
the scores up to the match: the views contain only the current state. Provisional rows are left out
(stats/leaderboards.py). A leaderboard with only one ranked row is ignored.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction

from content.roundups.facts.people import group, person, ranks
from content.roundups.facts.scores import Row
from content.roundups.references.documents import Facts
from core.rounding import half_up
from stats.leaderboards import provisional_below

TOP = 5
LEADS_FROM = 5  # matches: no one with fewer is called the leader
MOVES = 2
LONG_RUN, LONG_BLANK, NOTABLE_RUN = 4, 5, 3


def board_facts(rows: Sequence[Row]) -> Facts | None:
    """Compare the leaderboard with this match to that without it; None with fewer than two ranked rows."""
    rows, earlier = _ranked(rows), _ranked(_without_this_match(rows))
    if len(rows) < 2:
        return None
    after = ranks(rows, worth=_average, key=_slug)
    before = ranks(earlier, worth=_average, key=_slug) if len(earlier) > 1 else {}
    shown = sorted(rows, key=lambda row: (after[row["slug"]], -row["matches"], row["name"]))
    leaders, former = _leaders(shown, after), _leaders(earlier, before)
    is_new = bool(former) and not {_slug(row) for row in leaders} <= {_slug(row) for row in former}
    moved = [row for row in shown if row["slug"] in before and before[row["slug"]] != after[row["slug"]]]
    return {
        "size": len(rows),
        "top": [_board_row(row, before.get(row["slug"]), after[row["slug"]]) for row in shown[:TOP]],
        "leaders": group(map(person, leaders), average=_shown(leaders)),
        "leaders_before": group(person(row) for row in former if row["slug"] in after),
        "new_leader": is_new,
        "lead": _lead(shown, after) if leaders else None,
        "risers": _moves((row for row in moved if after[row["slug"]] < before[row["slug"]]), before, after),
        "fallers": _moves((row for row in moved if after[row["slug"]] > before[row["slug"]]), before, after),
        "moved": len(moved),
    }


def _ranked(rows: Sequence[Row]) -> list[Row]:
    """Return the rows that have a rank: enough matches, and a predicted score."""
    below = provisional_below(max((row["predicted"] for row in rows), default=0))
    return [row for row in rows if row["matches"] and row["predicted"] >= below]


def _leaders(rows: Sequence[Row], rank: dict[str, int]) -> list[Row]:
    """Return the first rows; none if one of them has too few matches to be called leader."""
    first = [row for row in rows if rank.get(row["slug"]) == 1]
    return [] if any(row["predicted"] < LEADS_FROM for row in first) else first


def _shown(leaders: Sequence[Row]) -> float | None:
    return float(half_up(_average(leaders[0]), 2)) if leaders else None


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


def _board_row(row: Row, rank_before: int | None, rank: int) -> Facts:
    return person(row) | {
        "rank": rank,
        "rank_before": rank_before,
        "matches": row["matches"],
        "points": row["points"],
        "average": float(half_up(_average(row), 2)),
    }


def _moves(rows: Iterable[Row], before: dict[str, int], after: dict[str, int]) -> list[Facts]:
    """Return the longest moves, each with all who made it."""
    by_ranks: dict[tuple[int, int], list[Facts]] = defaultdict(list)
    for row in rows:
        by_ranks[before[row["slug"]], after[row["slug"]]].append(person(row))
    longest = sorted(by_ranks, key=lambda ranks: (-abs(ranks[0] - ranks[1]), ranks[1]))[:MOVES]
    moves = (group(by_ranks[each], rank_before=each[0], rank=each[1]) for each in longest)
    return [move for move in moves if move]


def _lead(shown: Sequence[Row], rank: dict[str, int]) -> Facts | None:
    """Return the lead of the first over the second; None if either place is shared.

    In points only if both predicted equally many matches.
    """
    if [rank[row["slug"]] for row in shown[:3]][:2] != [1, 2] or list(rank.values()).count(2) > 1:
        return None
    first, second = shown[:2]
    is_even = first["matches"] == second["matches"]
    return {
        "first": person(first),
        "second": person(second),
        "points": first["points"] - second["points"] if is_even else None,
        "average": float(half_up(_average(first) - _average(second), 2)),
    }


def streaks(rows: Sequence[Row]) -> Facts:
    """Return the longest runs of right and wrong results that this match extended or ended."""
    here = [row for row in rows if row["points_here"] is not None]
    hit = [row for row in here if row["run"][-1] != "-"]
    missed = [row for row in here if row["run"][-1] == "-"]
    return {
        "running": _longest(((row, _hits(row["run"])) for row in hit), least=NOTABLE_RUN),
        "ended": _longest(((row, _hits(row["run"][:-1])) for row in missed), least=LONG_RUN),
        "blanks_ended": _longest(((row, _blanks(row["run"][:-1])) for row in hit), least=LONG_BLANK),
    }


def _hits(run: str) -> int:
    return len(run) - 1 - run.rfind("-")


def _blanks(run: str) -> int:
    return len(run) - len(run.rstrip("-"))


def _longest(lengths: Iterable[tuple[Row, int]], *, least: int) -> Facts | None:
    runs = [(row, length) for row, length in lengths if length >= least]
    longest = max((length for _, length in runs), default=0)
    return group((person(row) for row, length in runs if length == longest), length=longest)
