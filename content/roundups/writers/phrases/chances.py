"""What each outcome was worth, how likely the field thought it, and where the predictions came from."""

from collections import defaultdict
from collections.abc import Iterator

from content.roundups.writers.english import UNPREDICTED, counted, listing, number, verb
from content.roundups.writers.template_context import Desk


def quotas(desk: Desk) -> Iterator[str]:
    """Outcomes of equal worth go together, the cheapest first."""
    worth: defaultdict[int, list[str]] = defaultdict(list)
    for row in desk.field["outcomes"]:
        if row["quota"] is not None and desk.field["score_picks"]:
            worth[row["quota"]].append(desk.outcome(row["outcome"]))
    if len(worth) == 1:
        yield f"All outcomes were worth {counted(next(iter(worth)), 'point')}"
    elif worth:
        yield desk.choose("quotas", "That made ", "The quotas made ") + _worths(worth)


def _worths(worth: dict[int, list[str]]) -> str:
    cheapest, *rest = sorted(worth)
    first = f"{' or '.join(worth[cheapest])} worth {counted(cheapest, 'point')}"
    return listing([first, *(f"{' or '.join(worth[quota])} {number(quota)}" for quota in rest)])


def chances(desk: Desk) -> Iterator[str]:
    given = desk.field["chances"]
    if given is None or desk.field["probability_picks"] < 2:
        return
    yield desk.tell(
        "chances",
        "On average {sides[0]} had been given {home} per cent, the draw {draw} and {sides[1]} {away}",
        "The mean probabilities: {sides[0]} {home} per cent, draw {draw}, {sides[1]} {away}",
        "Together they had given {sides[0]} {home} per cent, a draw {draw} and {sides[1]} {away}",
        sides=[desk.short(desk.match[side]["name"]) for side in ("home", "away")],
        home=given["home_percent"],
        draw=given["draw_percent"],
        away=given["away_percent"],
    )


def provenance(desk: Desk) -> Iterator[str]:
    """Archive predictions are always labelled, in the text as on the page."""
    live, archive = desk.field["live"], desk.field["archive"]
    if archive and live:
        yield f"{counted(live, 'prediction')} came in live, {number(archive)} from the archive"
    elif archive == 1:
        yield "It is an archive prediction, not received live"
    elif archive:
        yield desk.choose(
            "provenance",
            "All of these are archive predictions, none was received live",
            "None of these was received live: they are archive predictions",
        )


def hindsight(desk: Desk) -> Iterator[str]:
    """Tell of predictions made after the kickoff, which no other sentence counts."""
    count = desk.hindsight
    if not count:
        return
    after = f"{counted(count, 'prediction')} {verb(count, 'was', 'were')} made after the kickoff"
    if desk.field["predictions"]:
        yield f"{after} and {verb(count, 'is', 'are')} left out here"
    else:
        yield f"{UNPREDICTED}; {after}"
