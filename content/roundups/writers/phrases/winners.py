"""Forecasters who did best, and who lost most."""

from collections.abc import Iterator

from content.roundups.writers.desk import Desk

CLEARLY = 10  # percentage points between what a forecaster expected and what happened
POINTS = "{heroes.points|counted}"


def winners(desk: Desk) -> list[str]:
    return [*_won(desk), *_lost(desk)]


def _won(desk: Desk) -> Iterator[str]:
    heroes, picks = desk.facts["heroes"], desk.field["score_picks"]
    if heroes is None:
        if desk.field["hits"]:
            yield desk.choose(
                "won", "No one took a point from this match", "The match gave no one any points"
            )
        return
    who, pick = desk.people("heroes"), "{heroes.pick}, {heroes.verdict}"
    if heroes["count"] == picks and picks > 1:
        yield f"{{heroes.count|all}} forecasters take {POINTS} each"
    elif heroes["count"] > 1:
        how = ", {heroes.count|all} with {heroes.pick}" if heroes["pick"] else ""
        yield f"{who} did best{how}: {POINTS} each"
    elif picks == 1:
        yield f"{who} had {{heroes.verdict}} and takes {POINTS}"
    elif desk.field["hits"]["tendency"] == 1 and picks > 2:
        yield f"{who} stood alone with {pick}, and takes {POINTS}"
    else:
        yield desk.choose(
            "won",
            f"{who} did best with {pick}: {POINTS}",
            f"{who} had {pick}, and takes {POINTS}, more than anyone else",
        )


def _lost(desk: Desk) -> Iterator[str]:
    worst = desk.facts["lost_most"]
    if worst is None:
        return
    who, favourite, actual = desk.people("lost_most"), worst["favourite_percent"], worst["actual_percent"]
    if worst["favourite_text"] and favourite and actual is not None:
        if favourite - actual >= CLEARLY:
            gave = "{lost_most.favourite_text} {lost_most.favourite_percent|per_cent}"
            each = desk.agree("lost_most", "it", "each")
            yield f"{who} lost most: {each} gave {gave} and {desk.actual} {{lost_most.actual_percent}}"
    elif desk.field["probability_picks"] == 0:
        with_pick = ", with {lost_most.pick}" if worst["pick"] else ""
        yield f"{who} {desk.agree('lost_most', 'was', 'were')} furthest off{with_pick}"
