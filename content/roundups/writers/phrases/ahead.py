"""What comes next."""

from collections.abc import Iterator

from content.roundups.facts.schema import NextMatch
from content.roundups.writers.english import counted, verb
from content.roundups.writers.template_context import Desk

VENUES = {"home": "at home to", "away": "away to", "neutral": "against"}
GOING = {
    "home": ("{team} are at home to {opponent}", "{team} host {opponent}"),
    "away": ("{team} go to {opponent}", "{team} travel to {opponent}"),
    "neutral": ("{team} meet {opponent}",),
}


def ahead(desk: Desk) -> list[str]:
    return [*_next(desk), *_round(desk)]


def _next(desk: Desk) -> Iterator[str]:
    coming = [following for side in ("home", "away") if (following := desk.facts["ahead"][side])]
    coming.sort(key=lambda following: following["kickoff_at"])
    days = [following["kickoff_on"] for following in coming]
    if not coming:
        return  # nothing known is nothing to tell: the fixture list may only not be complete yet
    if len(coming) == 1:
        yield f"{_going(desk, coming[0])} on {days[0]}"
    elif coming[0]["opponent"] == coming[1]["name"]:
        yield f"The two meet again on {days[0]}"
    elif days[0] == days[1]:
        yield f"Both play again on {days[0]}: {_fixture(desk, coming[0])}, {_fixture(desk, coming[1])}"
    else:
        yield f"{_going(desk, coming[0])} on {days[0]}; {_going(desk, coming[1])} on {days[1]}"


def _fixture(desk: Desk, following: NextMatch) -> str:
    return f"{desk.short(following['name'])} {VENUES[following['venue']]} {_opponent(desk, following)}"


def _going(desk: Desk, following: NextMatch) -> str:
    return desk.tell(
        f"next/{following['name']}",
        *GOING[following["venue"]],
        team=desk.short(following["name"]),
        opponent=_opponent(desk, following),
    )


def _opponent(desk: Desk, following: NextMatch) -> str:
    cup = following["competition"]
    other = f" in the {desk.show(cup)}" if cup != desk.match["competition"]["name"] else ""
    return f"{desk.show(following['opponent'])}{other}"


def _round(desk: Desk) -> Iterator[str]:
    left = desk.facts["ahead"]["round_left"]
    if left:
        later = verb(left, "kicks off", "kick off")
        yield f"{counted(left, 'match')} of {desk.show(desk.match['round'])} {later} later"
