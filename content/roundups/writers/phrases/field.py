"""How the field had seen it: consensus, quotas, and how many were right in the end."""

from collections.abc import Iterator

from content.roundups.facts.schema import Consensus, Hits
from content.roundups.writers.english import UNPREDICTED, counted, listing, number
from content.roundups.writers.phrases.chances import chances, hindsight, provenance, quotas
from content.roundups.writers.template_context import Desk

MAJORITY = (
    "{n} of the {all} forecasters, {percent} per cent, had {view}",
    "The consensus was {view}, with {n} of {all} picks ({percent} per cent)",
    "Most had expected {view}: {n} of {all}, or {percent} per cent",
)
MINORITY = (
    "The largest camp, {n} of {all} ({percent} per cent), had {view}",
    "Opinions were divided; {view} had most picks, {n} of {all} ({percent} per cent)",
)
UNANIMOUS = (
    "The field was of one mind: all {all} score predictions were {view}",
    "All {all} forecasters, 100 per cent, had {view}",
    "There was no dissent: {all} of {all} had {view}",
)


def field(desk: Desk) -> list[str]:
    if not desk.field["predictions"]:
        return [*hindsight(desk)] or [UNPREDICTED]
    before = [*_consensus(desk), *_common(desk), *quotas(desk), *_hits(desk), *chances(desk)]
    return [*before, *provenance(desk), *hindsight(desk)]


def _consensus(desk: Desk) -> Iterator[str]:
    consensus, picks = desk.field["consensus"], desk.field["score_picks"]
    if consensus is None:
        given = counted(desk.field["probability_picks"], "forecaster")
        yield f"{given} gave probabilities, but none named a score"
    elif picks == 1:
        yield f"There was one score prediction only: {desk.outcome(consensus['outcomes'][0])}"
    elif len(consensus["outcomes"]) > 1:
        views = listing([desk.outcome(outcome) for outcome in consensus["outcomes"]])
        each = counted(consensus["count"], "pick")
        yield f"The field of {number(picks)} was split: {each} each for {views}"
    else:
        yield _leaning(desk, consensus)


def _leaning(desk: Desk, consensus: Consensus) -> str:
    wordings = MAJORITY if consensus["percent"] > 50 else MINORITY
    if consensus["count"] == desk.field["score_picks"]:
        wordings = UNANIMOUS
    return desk.tell(
        "consensus",
        *wordings,
        n=number(consensus["count"]),
        all=number(desk.field["score_picks"]),
        percent=consensus["percent"],
        view=desk.outcome(consensus["outcomes"][0]),
    )


def _common(desk: Desk) -> Iterator[str]:
    common = desk.field["common"]
    if common is None:
        if desk.field["score_picks"] > 2:
            yield desk.choose("common", "No scoreline stood out", "On the scoreline there was no agreement")
    elif len(common["texts"]) > 1:
        yield f"The favourite scorelines were {listing(common['texts'])}, with {number(common['count'])} each"
    else:
        yield desk.tell(
            "common",
            "The favourite scoreline was {line}, named by {n}",
            "The most popular scoreline, with {n}, was {line}",
            "{line} was the scoreline named most, by {n}",
            line=common["texts"][0],
            n=number(common["count"]),
        )


def _hits(desk: Desk) -> Iterator[str]:
    hits, picks = desk.field["hits"], desk.field["score_picks"]
    if hits is None or picks == 1:
        return
    if hits["tendency"] == 0:
        yield desk.choose(
            "hits", "Not one had the right tendency", "In the end nobody had the tendency right"
        )
        return
    opening = desk.choose("hits", "in the end ", "when it was over ", "")
    yield f"{opening}{_who(desk, hits)} had {_how_right(hits)}"


def _who(desk: Desk, hits: Hits) -> str:
    picks, heroes = desk.field["score_picks"], desk.facts["heroes"]
    if hits["tendency"] == picks:
        return "both" if picks == 2 else f"all {number(picks)}"
    if hits["tendency"] == 1 and heroes:
        return f"only {desk.show(heroes['best'][0]['name'])}"
    return number(hits["tendency"])


def _how_right(hits: Hits) -> str:
    right, difference, exact = hits["tendency"], hits["difference"], hits["exact"]
    if exact == right:
        return "the tendency right, and the exact score with it"
    if difference == right:
        return f"the tendency and the goal difference right, {_of_them(exact, right)} the exact score"
    if difference == exact:
        return f"the tendency right, {_of_them(exact, right)} the exact score"
    near, spot_on = _of_them(difference, right), number(exact) if exact else "none"
    return f"the tendency right, {near} the goal difference and {spot_on} the exact score"


def _of_them(count: int, right: int) -> str:
    if count == 0:
        return "but not" if right == 1 else "none of them"
    return f"{number(count)} of them"
