"""Claims that a text about a match may contain: the numbers of its facts, by kind and owner."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from content.roundups.facts import Facts

Number = Decimal | str
Numbers = defaultdict[
    str, set[Number]
]  # by kind: scoreline, percent, place, people, points, goals, matches, ...

# An earlier result may be told only in words that say so.
CORRECTED = "a correction"
CORRECTION = re.compile(r"\b(?:correct\w*|had stood|first reported|first count)\b", re.IGNORECASE)

FEW = 4  # names that a sentence can hold
_NOT_TOLD = {"schema", "id", "slug", "result_version", "settlement_id", "kickoff_at", "reason"}
_SCORELINE = re.compile(r"\d+-\d+")
_KINDS = {
    "quota": "quota",
    **dict.fromkeys(("points", "average", "lead_points", "lead_average", "leaders_average"), "points"),
    **dict.fromkeys(("carried", "deducted", "added"), "points"),
    **dict.fromkeys(("goals", "margin", "home", "away"), "goals"),
    **dict.fromkeys(("goals_for", "goals_against", "goal_difference"), "goals"),
    **dict.fromkeys(("matches", "played", "won", "drawn", "lost"), "matches"),
    **dict.fromkeys(("length", "round_left", "simultaneous_open"), "matches"),
    **dict.fromkeys(("predictions", "score_picks", "probability_picks"), "people"),
    **dict.fromkeys(("live", "archive", "hindsight", "count", "size", "moved", "leaders_count"), "people"),
    **dict.fromkeys(("tendency", "difference", "exact", "missed"), "hits"),
}
# Wider kinds that hold narrower ones.
WITHIN = {"people": ("people", "hits", "agreement"), "nth": ("nth", "matches")}


def _numbers() -> Numbers:
    return defaultdict(set)


@dataclass(slots=True)
class Claims:
    """`general` may be said anywhere; `about` only where the name (or the date) stands in the sentence."""

    general: Numbers = field(default_factory=_numbers)
    about: defaultdict[str, Numbers] = field(default_factory=lambda: defaultdict(_numbers))
    moves: defaultdict[str, set[tuple[Decimal, Decimal]]] = field(default_factory=lambda: defaultdict(set))
    totals: set[Decimal] = field(default_factory=set)  # how many there were, as in "six of eight"
    phrases: set[str] = field(
        default_factory=set
    )  # dates, rounds and the like: said as they are or not at all

    def allow(self, kind: str, value: Number, names: Iterable[str]) -> bool:
        for each in WITHIN.get(kind, (kind,)):
            if value in self.general[each] or any(value in self.about[name][each] for name in names):
                return True
        return False


def of(facts: Facts) -> Claims:
    """The claims that these facts allow."""
    claims = Claims(phrases=set(_phrases(facts)))
    for key, value in facts.items():
        for owner, kind, number in _walk(key, value, _owners(key, facts)):
            (claims.about[owner] if owner else claims.general)[kind].add(number)
    for name, before, after in _moves(facts):
        claims.moves[name].add((Decimal(before), Decimal(after)))
    field, board = facts["field"], facts["board"]
    totals = {field["predictions"], field["score_picks"], field["probability_picks"]}
    claims.totals = {Decimal(total) for total in totals | ({board["size"]} if board else set())}
    return claims


def _phrases(facts: Facts) -> Iterator[str]:
    match, meeting, league = facts["match"], facts["earlier_meeting"], facts["league"]
    title = league.get("title") if league else None
    yield from (title,) if title else ()
    yield from (match["competition"]["name"], match["season"], match["round"], match["kickoff_on"])
    for coming in (facts["ahead"]["home"], facts["ahead"]["away"]):
        yield from (coming["kickoff_on"], coming["competition"], coming["round"]) if coming else ()
    yield from (meeting["kickoff_on"],) if meeting else ()
    yield from (f"“{match['reason']}”",) if match["reason"] else ()


def _owners(key: str, facts: Facts) -> tuple[str, ...]:
    """Return the names that a part of the facts is about if it contains no name itself."""
    heroes, meeting = facts["heroes"], facts["earlier_meeting"]
    if key == "earlier_meeting" and meeting:
        return (meeting["kickoff_on"],)
    if key == "heroes" and heroes and heroes["count"] == len(heroes["best"]) < facts["field"]["score_picks"]:
        return tuple(hero["name"] for hero in heroes["best"])
    return (CORRECTED,) if key == "correction" else ()


def _walk(key: str, value: Any, owners: tuple[str, ...]) -> Iterator[tuple[str | None, str, Number]]:
    """Yield all numbers in the value with the names that they are about (`owners` if a dict has no name)."""
    if isinstance(value, dict):
        named = tuple(value[name] for name in ("name", "second") if name in value)
        for inner, each in value.items():
            inner_key = "agreement" if (key, inner) == ("common", "count") else inner
            yield from _walk(inner_key, each, named or _leaders(inner, value) or owners)
    elif isinstance(value, list):
        for each in value:
            yield from _walk(key, each, owners)
    elif key not in _NOT_TOLD and (found := _number(key, value)):
        yield from ((owner, *found) for owner in owners or (None,))


def _leaders(key: str, board: dict[str, Any]) -> tuple[str, ...]:
    """The leaders own their average, unless they are too many to be named."""
    leaders = board["leaders"] if key == "leaders_average" else []
    return tuple(leaders) if len(leaders) <= FEW else ()


def _number(key: str, value: Any) -> tuple[str, Number] | None:
    if isinstance(value, str):
        return ("scoreline", value) if _SCORELINE.fullmatch(value) else None
    if isinstance(value, bool) or value is None:
        return None
    return _kind(key), Decimal(str(value))


def _kind(key: str) -> str:
    if key.endswith("percent"):
        return "percent"
    if "rank" in key or "position" in key:
        return "place"
    if key.startswith("nth"):
        return "nth"
    return "agreement" if key == "agreement" else _KINDS.get(key, "other")


def _moves(facts: Facts) -> Iterator[tuple[str, int, int]]:
    """Yield the names with their former and their present place."""
    board, league = facts["board"], facts["league"]
    if board:
        moved = (*board["risers"], *board["fallers"])
        yield from ((move["name"], move["rank_before"], move["rank"]) for move in moved)
        yield from (
            (row["name"], row["rank_before"], row["rank"]) for row in board["top"] if row["rank_before"]
        )
    for row in league["rows"] if league else ():
        if row["position_before"]:
            yield row["name"], row["position_before"], row["position"]
