"""Tags for what is worth a headline, and the names that a text about the match may contain."""

from collections.abc import Iterator

from content.roundups.facts.schema import Facts, Hits, Names
from content.roundups.facts.schema_tables import BoardFacts, LeagueFacts

FEW = 1 / 6  # at most this share of the picks had the outcome: an upset
UNLIKELY_PERCENT = 15


def tags(facts: Facts) -> list[str]:
    """Every tag that fits, see the names below."""
    return [
        *_about_the_match(facts),
        *_about_the_field(facts),
        *_about_the_tables(facts),
        *(["streak_ended"] if facts["streaks"]["ended"] else []),
    ]


def _about_the_match(facts: Facts) -> Iterator[str]:
    match, field = facts["match"], facts["field"]
    if match["void"]:
        yield "void"
    if match["nth_of_season"] == 1:
        yield "first_of_season"
    if match["penalties"]:
        yield "shootout"
    if facts["correction"]:
        yield "corrected"
    if not field["predictions"]:
        yield "no_predictions"
    if not match["void"] and _is_upset(facts):
        yield "upset"


def _is_upset(facts: Facts) -> bool:
    """Return True if few predicted the outcome or, without score predictions, its probability was low."""
    field, chances = facts["field"], facts["field"]["chances"]
    if field["score_picks"] >= 3:
        chosen = {row["outcome"]: row["count"] for row in field["outcomes"]}
        return chosen[facts["match"]["outcome"] or "draw"] <= FEW * field["score_picks"]
    unlikely = chances is not None and (chances["actual_percent"] or 0) < UNLIKELY_PERCENT
    return field["score_picks"] == 0 and unlikely


def _about_the_field(facts: Facts) -> Iterator[str]:
    hits, picks = facts["field"]["hits"], facts["field"]["score_picks"]
    if hits is None:
        return
    if picks >= 2 and hits["tendency"] == picks:
        yield "everybody_right"
    if picks >= 2 and hits["tendency"] == 0:
        yield "nobody_right"
    yield from _alone(hits, picks)


def _alone(hits: Hits, picks: int) -> Iterator[str]:
    if picks >= 3 and hits["tendency"] == 1:
        yield "lone_hit"
    if picks >= 3 and hits["exact"] == 1:
        yield "lone_exact"


def _about_the_tables(facts: Facts) -> Iterator[str]:
    if changed(facts["board"]):
        yield "change_at_the_top"
    if changed(facts["league"]):
        yield "new_league_leader"


def changed(table: BoardFacts | LeagueFacts | None) -> bool:
    """Return True if the table has a new leader."""
    return (
        table is not None
        and bool(table["leaders_before"])
        and not (set(table["leaders"]) <= set(table["leaders_before"]))
    )


def names(facts: Facts) -> Names:
    """Teams and forecasters in the facts, each once, in alphabetical order."""
    return Names(teams=sorted(set(_teams(facts))), forecasters=sorted(set(_forecasters(facts))))


def _teams(facts: Facts) -> Iterator[str]:
    for side in (facts["match"]["home"], facts["match"]["away"]):
        yield from (side["name"], side["short_name"])
    for following in (facts["ahead"]["home"], facts["ahead"]["away"]):
        yield from (following["name"], following["opponent"]) if following else ()
    if league := facts["league"]:
        yield from (row["name"] for row in league["rows"])
        yield from (*league["leaders"], *league["leaders_before"])


def _forecasters(facts: Facts) -> Iterator[str]:
    yield from (pick["name"] for pick in facts["picks"])
    yield from (
        run["name"] for kind in ("running", "ended", "blanks_ended") for run in facts["streaks"][kind]
    )
    yield from (pick["name"] for pick in (facts["heroes"]["best"] if facts["heroes"] else ()))
    if facts["lost_most"]:
        yield facts["lost_most"]["name"]
    if board := facts["board"]:
        yield from (row["name"] for row in (*board["top"], *board["risers"], *board["fallers"]))
        yield from (*board["leaders"], *board["leaders_before"])
        yield from (board["lead"]["second"],) if board["lead"] else ()
