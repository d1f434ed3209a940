"""The next matches of both teams, and of the round."""

from collections.abc import Iterator

from content.roundups.writers.desk import Desk, fill

VENUES = {"home": "at home to", "away": "away to", "neutral": "against"}
GOING = {
    "home": ("{T} are at home to {O}", "{T} host {O}"),
    "away": ("{T} go to {O}", "{T} travel to {O}"),
    "neutral": ("{T} meet {O}", "{T} play {O}"),
}
ZONE = " ({match.time_zone})"


def ahead(desk: Desk) -> list[str]:
    return [*_next(desk), *_round(desk)]


def _next(desk: Desk) -> Iterator[str]:
    """Yield the next match of each team; nothing if none is known, because fixtures may be incomplete."""
    coming = {side: desk.facts["ahead"][side] for side in ("home", "away") if desk.facts["ahead"][side]}
    sides = sorted(coming, key=lambda side: str(coming[side]["kickoff_at"]))
    days = [f"on {{ahead.{side}.kickoff_on}}" for side in sides]
    if len(sides) == 1:
        yield f"{_going(desk, sides[0])} {days[0]}{ZONE}"
    elif sides and coming["home"]["id"] == coming["away"]["id"]:
        yield f"They meet again {days[0]}{ZONE}"
    elif sides and coming["home"]["kickoff_on"] == coming["away"]["kickoff_on"]:
        yield f"They play again {days[0]}{ZONE}: {', '.join(_fixture(desk, side) for side in sides)}"
    elif sides:
        other = _going(desk, sides[1], other=True)
        yield f"{_going(desk, sides[0])} {days[0]}{ZONE}; {other} {days[1]}"


def _fixture(desk: Desk, side: str) -> str:
    venue = VENUES[desk.facts["ahead"][side]["venue"]]
    return f"{{ahead.{side}.name}} {venue} {{ahead.{side}.opponent}}{_where(desk, side)}"


def _going(desk: Desk, side: str, *, other: bool = False) -> str:
    wording = desk.choose("next", *GOING[desk.facts["ahead"][side]["venue"]], other=other)
    return fill(wording, T=f"ahead.{side}.name", O=f"ahead.{side}.opponent") + _where(desk, side)


def _where(desk: Desk, side: str) -> str:
    """Return the competition if it is another one, or the round of a knockout stage."""
    following = desk.facts["ahead"][side]
    if following["competition"]:
        return f" in the {{ahead.{side}.competition}}"
    return f" {{ahead.{side}.round_in}}" if following["round_in"] else ""


def _round(desk: Desk) -> Iterator[str]:
    match = desk.match
    # The name of a round such as "Group B, matchday 2" is shortened to "Group B", which has more matches.
    is_shortened = match["round_in"].startswith("in Group") and match["round"] != match["round_of"]
    if desk.facts["ahead"]["round_left"] and not is_shortened and not desk.tie.get("is_last_round"):
        are = desk.agree("ahead.round_left", "is", "are")
        yield f"{{ahead.round_left|counted}} of {{match.round_of}} {are} still to come"
