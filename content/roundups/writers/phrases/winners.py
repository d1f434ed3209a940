"""Who won the match, and who lost most."""

from collections.abc import Iterator

from content.roundups.facts.schema import Heroes, Pick
from content.roundups.writers.english import counted, listing, number
from content.roundups.writers.template_context import Desk

HOW = {
    "exact": ("with the exact score, {pick}", "having named {pick} to the goal"),
    "difference": ("with {pick} and the right goal difference", "whose {pick} had the goal difference right"),
    "tendency": ("with a {pick} that had the right tendency", "whose {pick} had the tendency right"),
}
CLEARLY = 10  # percentage points between what a forecaster expected and what came
MISLED = (
    "{name} lost most: it had given {view} {sure} per cent, and what happened {right}",
    "It hurt {name} most, which had put {sure} per cent on {view} and {right} on what came",
    "Worst hit was {name}, with {sure} per cent on {view} and {right} on what happened",
)
A_LITTLE_MISLED = (
    "Nobody was far off; {name} fared worst, with {sure} per cent on {view}",
    "Nobody lost much; {name} was farthest off, with {sure} per cent on {view}",
)
NO_WINNER = (
    "Nobody took a point from this match",
    "The match paid nothing to anyone",
    "There were no points for anybody",
)


def winners(desk: Desk) -> list[str]:
    return [*_won(desk), *_lost(desk)]


def _won(desk: Desk) -> Iterator[str]:
    heroes = desk.facts["heroes"]
    if heroes:
        yield _sole(desk, heroes) if heroes["count"] == 1 else _several(desk, heroes)
    elif desk.field["hits"]:
        yield desk.choose("won", *NO_WINNER)


def _sole(desk: Desk, heroes: Heroes) -> str:
    hero, points = heroes["best"][0], counted(heroes["points"], "point")
    name = desk.show(hero["name"])
    if "lone_hit" in desk.tags:
        return f"{name} stood alone against the field with its {hero['pick']} and takes {points}"
    how = desk.tell("how", *HOW[hero["verdict"] or "tendency"], pick=hero["pick"])
    return desk.tell(
        "won",
        "Best of all was {name}, {how}: {points}",
        "{name}, {how}, takes {points} and the match",
        name=name,
        how=how,
        points=points,
    )


def _several(desk: Desk, heroes: Heroes) -> str:
    points = counted(heroes["points"], "point")
    if heroes["count"] == desk.field["score_picks"]:
        return f"The spoils are even: {points} for each of them"
    if heroes["count"] > len(heroes["best"]):
        return f"{number(heroes['count'])} forecasters share the spoils with {points} each"
    names = listing([desk.show(hero["name"]) for hero in heroes["best"]])
    return desk.tell(
        "won",
        "{names} share the spoils with {points} each{picks}",
        "{names} come off best, with {points} each{picks}",
        names=names,
        points=points,
        picks=_same_pick(heroes),
    )


def _same_pick(heroes: Heroes) -> str:
    picks = {hero["pick"] for hero in heroes["best"]}
    if len(picks) > 1:
        return ""
    every = "both" if heroes["count"] == 2 else f"all {number(heroes['count'])}"
    return f", {every} with {picks.pop()}"


def _lost(desk: Desk) -> Iterator[str]:
    loser = desk.facts["lost_most"]
    if loser and loser["favourite"]:
        yield _misled(desk, loser)
    elif loser:
        yield f"{desk.show(loser['name'])} was farthest off with {loser['pick']}"


def _misled(desk: Desk, loser: Pick) -> str:
    gap = (loser["favourite_percent"] or 0) - (loser["actual_percent"] or 0)
    return desk.tell(
        "lost",
        *(MISLED if gap >= CLEARLY else A_LITTLE_MISLED),
        name=desk.show(loser["name"]),
        view=desk.outcome(loser["favourite"] or "draw"),
        sure=loser["favourite_percent"],
        right=loser["actual_percent"],
    )
