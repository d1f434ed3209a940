"""The headline and the standfirst: plain text."""

from collections.abc import Iterator

from content.roundups.writers.english import counted, listing, number, verb
from content.roundups.writers.template_context import Desk

LONGEST = 200  # Roundup.title
DECIDED = {"extra_time": "after extra time", "penalties": "on penalties"}

VOID = {
    "abandoned": "abandoned, and no points given",
    "cancelled": "cancelled, and no points given",
    "awarded": "decided off the pitch, and no points given",
}


def title(desk: Desk) -> str:
    """The score and the news; without the news, or with short names, where that is too long."""
    short = [desk.show(desk.match[side]["short_name"]) for side in ("home", "away")]
    long = result(desk, desk.home, desk.away)
    for headline in (f"{long}: {news(desk)}", long, result(desk, *short)):
        if len(headline) <= LONGEST:
            return headline
    raise AssertionError("two short names and a score always fit")


def result(desk: Desk, home: str, away: str) -> str:
    score = desk.match["score"]
    if desk.match["void"] or score is None:
        return f"{home} v {away}"
    line = f"{home} {score['text']} {away}"
    winner, how = desk.match["final_winner"], DECIDED.get(desk.match["decided"] or "")
    if winner and how:
        return f"{line} ({home if winner == desk.match['home']['name'] else away} win {how})"
    return line


def news(desk: Desk) -> str:
    """The most notable thing, in a few words."""
    return next(_news(desk))


def _news(desk: Desk) -> Iterator[str]:
    facts, tags = desk.facts, desk.tags
    if "void" in tags:
        yield VOID[desk.match["status"]]
    if "no_predictions" in tags:
        yield f"no forecast {'before the kickoff' if desk.is_hindsight_only else 'on record'}"
    if "lone_hit" in tags and facts["heroes"]:
        hero = desk.show(facts["heroes"]["best"][0]["name"])
        yield desk.choose("news", f"only {hero} saw it coming", f"{hero} alone had it right")
    if "change_at_the_top" in tags and facts["board"] and len(facts["board"]["leaders"]) == 1:
        leader = desk.show(facts["board"]["leaders"][0])
        yield desk.choose("news", f"{leader} takes the lead", f"{leader} goes top of the forecasters")
    if "nobody_right" in tags:
        yield _nobody(desk)
    yield from _scores(desk)


def _nobody(desk: Desk) -> str:
    if desk.actual == "draw":
        return desk.choose(
            "news", "the draw nobody picked", "a draw without a taker", "no forecaster had the draw"
        )
    winner = desk.show(desk.match["winner"] or "")
    return desk.choose("news", "nobody saw it coming", f"nobody had {winner}", "the whole field is wrong")


def _scores(desk: Desk) -> Iterator[str]:
    facts, hits = desk.facts, desk.field["hits"]
    if hits is None or facts["heroes"] is None:
        yield desk.choose("news", "how the forecasters fared", "the forecasters' view")
        return
    names = [desk.show(hero["name"]) for hero in facts["heroes"]["best"]]
    if hits["exact"] == 1 and desk.field["score_picks"] > 1:
        yield desk.choose("news", f"{names[0]} has the exact score", f"{names[0]} calls it to the goal")
    if ended := facts["streaks"]["ended"]:
        yield f"{desk.show(ended[0]['name'])} is stopped after {number(ended[0]['length'])} in a row"
    if hits["exact"] > 1:
        yield f"{number(hits['exact'])} forecasters call the exact score"
    if "everybody_right" in desk.tags:
        yield desk.choose("news", "just as the field had said", "every forecaster was right")
    if len(names) <= 2:
        points = counted(facts["heroes"]["points"], "point")
        yield f"{listing(names)} {verb(len(names), 'takes', 'take')} {points}"
    yield f"{number(hits['tendency'])} of {number(desk.field['score_picks'])} forecasters were right"
