"""Describe the state of a tie in words. Pure: no database."""

from collections.abc import Callable
from typing import Any

from matches.statuses import VOID
from matches.ties.rounds import is_last_round
from matches.ties.tie import DecidedBy, Format, Score, Tie, had_extra_time

_NUMBERS = {1: "one", 3: "three", 5: "five", 7: "seven"}
_ORDINALS = ("first", "second", "third", "fourth", "fifth")


def how_decided(tie: Tie) -> str:
    """Return how the winner got through, e.g. "4-2 on penalties (2-2 on aggregate)", or "" without a winner.

    Scores begin with the winner's goals.
    """
    if tie.winner is None:
        return ""
    aggregate = f"{_score(tie, tie.aggregate)} on aggregate"
    if tie.decided_by == DecidedBy.WINS:
        return f"{_score(tie, tie.wins)} in the best of {_NUMBERS.get(tie.best_of, tie.best_of)}"
    if tie.decided_by == DecidedBy.AGGREGATE:
        return aggregate + (" after extra time" if had_extra_time(tie.counted[-1]) else "")
    if tie.decided_by == DecidedBy.AWAY_GOALS:
        return f"on away goals ({aggregate})"
    if tie.format == Format.LEGS:
        penalties = f"{_score(tie, tie.shootout)} on penalties"
        return f"{penalties} ({aggregate})" if tie.has_first_leg else penalties
    return _how_single(tie) + _which_replay(tie)


def _how_single(tie: Tie) -> str:
    if tie.decided_by == DecidedBy.SHOOTOUT:
        return f"{_score(tie, tie.shootout)} on penalties"
    score = _score(tie, tie.last_score)
    endings: dict[DecidedBy | None, str] = {
        DecidedBy.EXTRA_TIME: " after extra time",
        DecidedBy.AWARD: " by award",
    }
    return score + endings.get(tie.decided_by, "")


def _which_replay(tie: Tie) -> str:
    replays = len(tie.counted) - 1
    if not replays:
        return ""
    return " in the replay" if replays == 1 else f" in the {_ORDINALS[min(replays, 5) - 1]} replay"


def in_words(tie: Tie, *, name: Callable[[Any], str] = str) -> str:
    """Return a sentence without a full stop about who goes through or leads, or "" if no match counts."""
    if tie.winner is not None:
        verb = "win" if is_last_round(tie.round) else "go through"
        return f"{name(tie.winner)} {verb} {how_decided(tie)}"
    if not tie.counted:
        return ""
    return _standing(tie, name) + _what_is_missing(tie)


def _standing(tie: Tie, name: Callable[[Any], str]) -> str:
    score = tie.wins if tie.format == Format.SERIES else tie.aggregate
    if tie.format == Format.SINGLE:
        score = tie.last_score
    elif not tie.has_first_leg:
        return "The first leg is not recorded"
    if tie.leader is None:
        return f"Level at {_score(tie, score)}"
    return f"{name(tie.leader)} lead {_score(tie, score)}"


def _what_is_missing(tie: Tie) -> str:
    """Return the reason why the tie is not decided, as the end of a sentence."""
    if tie.format == Format.SERIES and not tie.is_over:
        return f" in the best of {_NUMBERS.get(tie.best_of, tie.best_of)}"
    if tie.format == Format.LEGS and not tie.is_over and tie.has_first_leg:
        if not tie.is_open and tie.matches[-1].status in VOID:
            return f"; the last leg was {tie.matches[-1].status}"
        return f" after the {_ORDINALS[len(tie.counted) - 1]} leg"
    if tie.is_open:
        return ", to be replayed"
    return "; not decided by the recorded results"


def _score(tie: Tie, score: Score | None) -> str:
    """Return a score as text, with the goals of the leading team first."""
    first, second = score or (0, 0)
    return f"{second}-{first}" if tie.leader == tie.second else f"{first}-{second}"
