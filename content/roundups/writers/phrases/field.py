"""The forecasters' view of the match: consensus, points, probabilities, and how many were right."""

from collections import defaultdict
from collections.abc import Iterator

from content.roundups.writers.desk import UNPREDICTED, Desk, fill, listing

COUNT = {"N": "field.consensus.count", "A": "field.score_picks", "P": "field.consensus.percent"}
MAJORITY = (
    "{N|words} of the {A|words} forecasters, {P|per_cent}, had ",
    "The consensus, with {N|words} of {A|words} forecasters ({P|per_cent}), was ",
    "Most forecasters, {N|words} of {A|words} or {P|per_cent}, had expected ",
)
MINORITY = (
    "Opinions were divided; the largest group, {N|words} of {A|words} ({P|per_cent}), had ",
    "No outcome had a majority: {N|words} of {A|words} forecasters ({P|per_cent}) had ",
)
UNANIMOUS = ("The forecasters agreed: {A|all} had ", "There was no dissent: {A|all} forecasters had ")
BACK_TESTS = (
    "All of these are back-tests: not received live, but made from data before the kickoff",
    "None of these was received live: they are back-tests, made from data before the kickoff",
)


def field(desk: Desk) -> list[str]:
    if not desk.field["predictions"]:
        after = f"; {{field.hindsight|counted}} {_was(desk)} made after the kickoff"
        return [UNPREDICTED + (after if desk.field["hindsight"] else "")]
    parts = (_consensus(desk), _common(desk), _quotas(desk), _hits(desk), _chances(desk), _provenance(desk))
    return [text for part in parts for text in part]


def _was(desk: Desk) -> str:
    return desk.agree("field.hindsight", "was", "were")


def _consensus(desk: Desk) -> Iterator[str]:
    consensus, picks = desk.field["consensus"], desk.field["score_picks"]
    if consensus is None:
        yield "{field.probability_picks|counted} gave probabilities, but no score"
        return
    views = listing([desk.outcome(outcome) for outcome in consensus["outcomes"]])
    if picks == 1:  # it is the first in the list if it was scored
        whose = ", {picks.0.name}: {picks.0.pick}, " if desk.facts["picks"][0]["pick"] else ": "
        yield f"Only {{field.score_picks|counted}} predicted a score{whose}{views}"
    elif len(consensus["outcomes"]) > 1:
        yield fill("The {A|words} forecasters were split: {N|words} each had ", **COUNT) + views
    else:
        wordings = MAJORITY if consensus["percent"] > 50 else MINORITY
        wordings = UNANIMOUS if consensus["count"] == picks else wordings
        yield fill(desk.choose("consensus", *wordings), **COUNT) + views


def _common(desk: Desk) -> Iterator[str]:
    common = desk.field["common"]
    if common and len(common["texts"]) > 1:
        lines = "{field.common.texts.0} and {field.common.texts.1}"
        yield f"The favourite scores were {lines}, with {{field.common.count|words}} each"
    elif common:
        yield desk.choose(
            "common",
            "The favourite score was {field.common.texts.0}, predicted by {field.common.count|words}",
            "The most popular score, with {field.common.count|words}, was {field.common.texts.0}",
        )


def _quotas(desk: Desk) -> Iterator[str]:
    """Yield the points for each outcome, the lowest first; outcomes with equal points go together."""
    by_points: defaultdict[int, list[int]] = defaultdict(list)
    for index, row in enumerate(desk.field["outcomes"]):
        if row["quota"] is not None and desk.field["score_picks"] > 1:
            by_points[row["quota"]].append(index)
    texts: list[str] = []
    for points in sorted(by_points):
        indexes = by_points[points]
        outcomes = " or ".join(desk.outcome(desk.field["outcomes"][index]["outcome"]) for index in indexes)
        quota = f"field.outcomes.{indexes[0]}.quota"
        texts.append(
            f"{outcomes} {{{quota}|words}}" if texts else f"{outcomes} was worth {{{quota}|counted}}"
        )
    if len(by_points) == 1:
        yield "Every outcome was worth {field.outcomes.0.quota|counted}"
    elif texts:
        yield listing(texts)


def _hits(desk: Desk) -> Iterator[str]:
    hits, picks = desk.field["hits"], desk.field["score_picks"]
    if hits is None or picks == 1:
        return
    if hits["tendency"] == 0:
        yield desk.choose("hits", "Not a single forecaster was right", "In the end no one was right")
        return
    who = "{field.hits.tendency|all}" if hits["tendency"] == picks else "{field.hits.tendency|words}"
    if hits["tendency"] == 1:
        who = f"only {desk.people('heroes')}"
    opening = desk.choose("hits", "in the end ", "when it was over ", "")
    yield f"{opening}{who} had the right result{_how_right(desk)}"


def _how_right(desk: Desk) -> str:
    """Return how many of those with the right result had the goal difference and the exact score."""
    hits = desk.field["hits"]
    exactly, nearly = (f"{{field.hits.{name}|words}} of them" for name in ("exact", "difference"))
    if hits["exact"] == 0:
        exactly = "but not" if hits["tendency"] == 1 else "none of them"
    if hits["exact"] == hits["tendency"]:
        return ", and the exact score with it"
    if hits["difference"] == hits["tendency"]:
        return f" and goal difference, {exactly} the exact score"
    if hits["difference"] == hits["exact"]:
        return f", {exactly} the exact score"
    return f", {nearly} the goal difference and {{field.hits.exact|words}} the exact score"


def _chances(desk: Desk) -> Iterator[str]:
    field, chances, market = desk.field, desk.field["chances"], desk.field["market"]
    if chances is None or field["probability_picks"] < 2:
        return
    home, draw, away = (f"field.chances.{outcome}_percent" for outcome in ("home", "draw", "away"))
    first, last = f"{desk.short('home')} {{{home}|per_cent}}", f"{desk.short('away')} {{{away}}}"
    is_everyone = field["score_picks"] in (0, field["probability_picks"])
    who = "they" if is_everyone else "the {field.probability_picks|words} with probabilities"
    yield desk.choose(
        "chances",
        f"On average {who} gave {first}, the draw {{{draw}}} and {last}",
        f"The average probabilities: {first}, draw {{{draw}}}, {last}",
    )
    closest = chances["closest"]
    is_notable = closest and 2 * closest["count"] <= field["probability_picks"]
    if is_notable and (field["score_picks"] < 2 or field["upset"]):
        who, each = desk.people("field.chances.closest"), desk.agree("field.chances.closest", "", " each")
        yield f"No one gave {desk.actual} more than {who}: {{field.chances.closest.percent|per_cent}}{each}"
    if market and market["beaten"]:
        favourite = "{field.market.favourite_text} at {field.market.favourite_percent|per_cent}"
        others = "{field.market.others_right|words} of the {field.market.others|words} other forecasters"
        yield f"The average of the bookmakers had {favourite}, but {others} had {desk.actual}"


def _provenance(desk: Desk) -> Iterator[str]:
    """Yield the numbers of back-tests, which must always be named, and of predictions made after kickoff."""
    live, archive = desk.field["live"], desk.field["archive"]
    if archive and live:
        are = desk.agree("field.archive", "is a back-test", "are back-tests")
        yield f"{{field.live|counted}} came in live, {{field.archive|words}} {are}"
    elif archive == 1:
        yield "It is a back-test: not received live, but made from data before the kickoff"
    elif archive:
        yield desk.choose("provenance", *BACK_TESTS)
    if desk.field["hindsight"]:
        are = desk.agree("field.hindsight", "is", "are")
        yield f"{{field.hindsight|counted}} {_was(desk)} made after the kickoff and {are} left out here"
