"""Rules of a table in words, for readers of pages and API. Pure: no database, no clock."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from matches.tables.rules import LABELS, TableRules, TieBreaker

if TYPE_CHECKING:  # the model imports the rules of this package
    from matches.models import Stage

_BETWEEN = " in the matches between the level teams"
_EQUAL = {1: "Teams with equal points", 2: "Teams equal in both", 3: "Teams equal in all three"}
_SHORT = re.compile(r"\w|\d\d")

_NO_TABLE = {
    "knockout": "A knockout stage has no table.",
    "friendly": "Friendlies have no table.",
    "unknown": "The kind of this stage is not decided yet. Its tables follow once an operator decides it.",
}


def why_no_table(stage: "Stage") -> str:
    """Return the reason why there is no table of this stage, as one or two sentences."""
    return _NO_TABLE.get(stage.kind, "This stage has no matches yet, or they are not counted yet.")


def group_label(group: str) -> str:
    """Return the name of a group for readers: "Group A" for "A". Long names stay as they are."""
    return f"Group {group}" if _SHORT.fullmatch(group) else group


def listing(words: Sequence[str]) -> str:
    """Join words with commas and "and": "A, B and C"."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def points_in_words(rules: TableRules) -> str:
    """Return the points for one match as a sentence."""
    decided = ""
    if rules.shootout_win is not None:
        decided = (
            f", {rules.shootout_win} for a draw won on penalties"
            f", {rules.shootout_loss} for a draw lost on penalties"
        )
    plural = "" if rules.win == 1 else "s"
    draw = "another draw" if decided else "a draw"
    return f"{rules.win} point{plural} for a win{decided}, {rules.draw} for {draw}, {rules.loss} for a loss."


def order_in_words(rules: TableRules) -> str:
    """Return the order of the teams as one or more sentences."""
    order = ", then ".join(["points", *_tie_breakers(rules)])
    equal = _EQUAL.get(1 + len(rules.tie_breakers), "Teams equal in all of these")
    wait = ""
    if rules.head_to_head_when_complete and any(rule.is_head_to_head for rule in rules.tie_breakers):
        wait = " The matches between level teams count only when all of them have been played."
    return f"Ranked by {order}. {equal} share a position.{wait}"


def _tie_breakers(rules: TableRules) -> Iterator[str]:
    """Yield the tie-breakers in words; consecutive head-to-head rules are one phrase."""
    for is_head_to_head, found in groupby(rules.tie_breakers, lambda rule: rule.is_head_to_head):
        labels = [_label(rule) for rule in found]
        yield from [listing(labels) + _BETWEEN] if is_head_to_head else labels


def _label(rule: TieBreaker) -> str:
    return LABELS[rule].removesuffix(_BETWEEN)


def rules_in_words(stage: "Stage", *, with_usual_points: bool = True) -> list[str]:
    """Return the rules of the stage's tables as sentences.

    `with_usual_points=False` leaves out the points for a win, draw and loss if they are 3-1-0.
    """
    usual = stage.rules.win, stage.rules.draw, stage.rules.loss, stage.rules.shootout_win
    sentences = [
        points_in_words(stage.rules) if with_usual_points or usual != (3, 1, 0, None) else "",
        carried_in_words(stage),
        order_in_words(stage.rules),
        _ranked_groups_in_words(stage),
        _compared_in_words(stage),
        *_deciding_places_in_words(stage),
    ]
    return [sentence for sentence in sentences if sentence]


def carried_in_words(stage: "Stage") -> str:
    """Return a sentence about the points and records that the teams take along; "" if they take nothing."""
    points = {"full": "all points", "half_up": "half of their points (rounded up)"}
    points |= {"half_down": "half of their points (rounded down)"}
    parts = [points[stage.carries]] if stage.carries in points else []
    parts += ["their matches and goals"] if stage.carries_record else []
    source = stage.carries_from.name if stage.carries_from else ""
    return f"Teams take along {listing(parts)} from {source}." if parts and source else ""


def _ranked_groups_in_words(stage: "Stage") -> str:
    labels = [group_label(group) for group in stage.ranked_groups]
    return f"The groups rank below one another: {', then '.join(labels)}." if len(labels) > 1 else ""


def _compared_in_words(stage: "Stage") -> str:
    if stage.compared_place is None or stage.compared_through is None:
        return ""
    best = "the best one goes" if stage.compared_through == 1 else f"the best {stage.compared_through} go"
    return f"Of the teams in place {stage.compared_place}, {best} through."


def _deciding_places_in_words(stage: "Stage") -> Iterator[str]:
    """Yield sentences about the numbers of teams that go through or are relegated by their place."""
    each = " of each group" if stage.kind == "groups" and not stage.ranked_groups else ""
    last = " of the last group" if stage.ranked_groups else each
    if stage.through_places:
        count = stage.through_places
        yield f"The first {_number_of_teams(count)}{each} {'goes' if count == 1 else 'go'} through."
    if stage.relegation_places:
        count = stage.relegation_places
        yield f"The last {_number_of_teams(count)}{last} {'is' if count == 1 else 'are'} relegated."


def _number_of_teams(count: int) -> str:
    return "team" if count == 1 else f"{count} teams"
