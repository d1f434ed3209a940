"""When a result from feeds may be recorded: pure rules over what each of them claims.

One feed is enough, or two must agree, as the competition says. What an operator recorded stands until an
operator changes it. A contradiction is held for an operator, never decided by who came last.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from matches.result import Result, score_text
from matches.statuses import SETTLED

PAIRS = (
    ("home_score", "away_score"),
    ("home_score_aet", "away_score_aet"),
    ("home_penalties", "away_penalties"),
)


@dataclass(frozen=True, slots=True)
class ReportedResult:
    """What one feed says became of the match, with our sides, and since when."""

    source: str
    result: Result
    said_at: datetime

    def __str__(self) -> str:
        return f"{self.source}: {in_words(self.result)}"


@dataclass(frozen=True, slots=True)
class RecordedResult:
    """What is recorded of the match. `by_feed` is False where a person, or a file, said so."""

    result: Result
    source: str = ""
    by_feed: bool = False

    @property
    def is_settled(self) -> bool:
        return self.result.status in SETTLED


@dataclass(frozen=True, slots=True)
class Rule:
    """How many feeds must agree, and how long one alone has to wait."""

    needed: int = 1
    wait: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Record:
    """The result is to be recorded, from that source."""

    result: Result
    source: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """A second feed is waited for, until then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Conflicting:
    """They contradict each other, or what is recorded: an operator decides."""

    claims: tuple[ReportedResult, ...]


@dataclass(frozen=True, slots=True)
class NoAction:
    """There is nothing to do."""


Verdict = Record | Wait | Conflicting | NoAction


def decide(
    claims: Sequence[ReportedResult], standing: RecordedResult, rule: Rule, *, now: datetime
) -> Verdict:
    """What follows from these claims, one of each source."""
    if not claims:
        return NoAction()
    claims = sorted(claims, key=lambda claim: (claim.said_at, claim.source))
    if not standing.is_settled:
        return _first(claims, rule, now)
    apart = tuple(claim for claim in claims if not agree(claim.result, standing.result))
    if not apart:
        return _fuller(claims, standing)
    if not standing.by_feed:
        return Conflicting(apart)
    return _changed(claims, apart, standing, rule, now)


def _first(claims: Sequence[ReportedResult], rule: Rule, now: datetime) -> Verdict:
    """Of a match that has no result yet."""
    if together := _agreeing(claims):
        return together
    if len(claims) > 1:
        return Conflicting(tuple(claims))
    return _alone(claims[0], rule, now)


def _alone(claim: ReportedResult, rule: Rule, now: datetime) -> Verdict:
    if rule.needed == 1:
        return Record(claim.result, claim.source)
    if now < claim.said_at + rule.wait:
        return Wait(claim.said_at + rule.wait)
    minutes = round(rule.wait.total_seconds() / 60)
    return Record(claim.result, claim.source, f"{minutes} minutes without a second feed")


def _agreeing(claims: Sequence[ReportedResult]) -> Record | None:
    """What two of them agree on, the earliest two."""
    for one, other in combinations(claims, 2):
        if agree(one.result, other.result):
            return Record(
                merged([one.result, other.result]), one.source, f"{one.source} and {other.source} agree"
            )
    return None


def _fuller(claims: Sequence[ReportedResult], standing: RecordedResult) -> Verdict:
    """They agree with what is recorded; where a feed recorded it, what it left out is added."""
    whole = merged([standing.result, *(claim.result for claim in claims)])
    if whole == standing.result or not standing.by_feed:
        return NoAction()
    return Record(whole, standing.source, "told in full")


def _changed(
    claims: Sequence[ReportedResult],
    apart: tuple[ReportedResult, ...],
    standing: RecordedResult,
    rule: Rule,
    now: datetime,
) -> Verdict:
    """A feed recorded it, and some feed says otherwise now."""
    own = next((claim for claim in apart if claim.source == standing.source), None)
    if len(apart) == len(claims) and (together := _agreeing(apart)):
        return together
    if own is None or (rule.needed > 1 and len(claims) > 1):
        return Conflicting(apart)
    if rule.needed == 1 and len(apart) > 1:
        return Conflicting(apart)
    decided = _alone(own, rule, now)
    if isinstance(decided, Record) and not decided.reason:
        return Record(decided.result, decided.source, f"{own.source} corrects itself")
    return decided


def agree(one: Result, other: Result) -> bool:
    """The same status, and no score that both tell and tell differently."""
    return one.status == other.status and all(
        first == second or None in first or None in second for first, second in _pairs(one, other)
    )


def _pairs(one: Result, other: Result) -> Iterable[tuple[tuple[int | None, ...], tuple[int | None, ...]]]:
    for names in PAIRS:
        yield tuple(getattr(one, name) for name in names), tuple(getattr(other, name) for name in names)


def merged(results: Sequence[Result]) -> Result:
    """What agreeing results tell together: each score from the first that tells it."""
    columns: dict[str, int | str | None] = {"status": results[0].status}
    for names in PAIRS:
        told = next((each for each in results if getattr(each, names[0]) is not None), results[0])
        columns |= {name: getattr(told, name) for name in names}
    return Result(**columns)  # type: ignore[arg-type]  # they come from Results


def in_words(result: Result) -> str:
    """Like «finished 2-1», or «cancelled»."""
    return result.status if result.home_score is None else f"{result.status} {score_text(result)}"
