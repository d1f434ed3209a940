"""Rules for recording results that feeds report. Pure functions.

Depending on the competition, one feed is enough or two must agree. A result recorded by an operator is kept
until an operator changes it. Contradictions between feeds are left to an operator; a feed may correct what it
reported itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from matches.result import PAIRS, Result, in_words
from matches.statuses import SETTLED


@dataclass(frozen=True, slots=True)
class ReportedResult:
    """Result that one feed reports, with home and away as in our match, and the time of its first report."""

    source: str
    result: Result
    first_reported_at: datetime
    reason: str = ""  # why the match is abandoned, awarded etc., as the feed reports it

    def __str__(self) -> str:
        return f"{self.source}: {in_words(self.result)}"


@dataclass(frozen=True, slots=True)
class RecordedResult:
    """The recorded result of the match. `by_feed` is False if it came from a person or a file."""

    result: Result
    source: str = ""
    by_feed: bool = False

    @property
    def is_settled(self) -> bool:
        return self.result.status in SETTLED


@dataclass(frozen=True, slots=True)
class Rule:
    """Number of feeds that must agree, and how long the report of a single feed waits for a second one."""

    needed: int = 1
    wait: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Record:
    """Decision: record the result, with this source."""

    result: Result
    source: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """Decision: wait for a second feed until the time `until`."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Conflicting:
    """Decision: an operator must decide, because reported or recorded results contradict each other."""

    reports: tuple[ReportedResult, ...]


@dataclass(frozen=True, slots=True)
class NoAction:
    """Decision: nothing to do."""


AgreementDecision = Record | Wait | Conflicting | NoAction


def decide(
    reports: Sequence[ReportedResult], recorded: RecordedResult, rule: Rule, *, now: datetime
) -> AgreementDecision:
    """Decide what to do about the reported results. `reports` contains one per source."""
    if not reports:
        return NoAction()
    reports = sorted(reports, key=lambda report: (report.first_reported_at, report.source))
    if not recorded.is_settled:
        return _decide_first(reports, rule, now)
    contrary = tuple(report for report in reports if not agree(report.result, recorded.result))
    if not contrary:
        return _decide_addition(reports, recorded)
    if not recorded.by_feed:
        return Conflicting(contrary)
    return _decide_change(reports, contrary, recorded, rule, now)


def _decide_first(reports: Sequence[ReportedResult], rule: Rule, now: datetime) -> AgreementDecision:
    """Decide for a match without a result."""
    if agreed := _agreeing(reports):
        return agreed
    if len(reports) > 1:
        return Conflicting(tuple(reports))
    return _decide_single(reports[0], rule, now)


def _decide_single(report: ReportedResult, rule: Rule, now: datetime) -> AgreementDecision:
    if rule.needed == 1:
        return Record(report.result, report.source)
    if now < report.first_reported_at + rule.wait:
        return Wait(report.first_reported_at + rule.wait)
    minutes = round(rule.wait.total_seconds() / 60)
    return Record(report.result, report.source, f"{minutes} minutes without a second feed")


def _agreeing(reports: Sequence[ReportedResult]) -> Record | None:
    """Return the decision to record the result of the first two reports that agree, or None."""
    for one, other in combinations(reports, 2):
        if agree(one.result, other.result):
            return Record(
                merged([one.result, other.result]), one.source, f"{one.source} and {other.source} agree"
            )
    return None


def _decide_addition(reports: Sequence[ReportedResult], recorded: RecordedResult) -> AgreementDecision:
    """Decide for reports that agree with the recorded result.

    If the recorded result is from a feed, scores that it lacks are added from the reports. Otherwise there is
    nothing to do.
    """
    whole = merged([recorded.result, *(report.result for report in reports)])
    if whole == recorded.result or not recorded.by_feed:
        return NoAction()
    return Record(whole, recorded.source, "completed")


def _decide_change(
    reports: Sequence[ReportedResult],
    contrary: tuple[ReportedResult, ...],
    recorded: RecordedResult,
    rule: Rule,
    now: datetime,
) -> AgreementDecision:
    """Decide about reports (`contrary`) that contradict a result recorded from a feed.

    - If all reports contradict the recorded result and two of them agree, the result of these two is
      recorded.
    - If only the feed of the recorded result contradicts it, the feed's correction is recorded. If the rule
      requires two feeds, there are two more conditions: no other feed reports a result, and the wait for a
      second feed is over.
    - All other contradictions are left to an operator.
    """
    own = next((report for report in contrary if report.source == recorded.source), None)
    if len(contrary) == len(reports) and (agreed := _agreeing(contrary)):
        return agreed
    if own is None or (rule.needed > 1 and len(reports) > 1):
        return Conflicting(contrary)
    if rule.needed == 1 and len(contrary) > 1:
        return Conflicting(contrary)
    decided = _decide_single(own, rule, now)
    if isinstance(decided, Record) and not decided.reason:
        return Record(decided.result, decided.source, f"{own.source} corrects itself")
    return decided


def agree(one: Result, other: Result) -> bool:
    """Return True if the results have the same status, scores and award.

    A score or award that only one of them has is not compared.
    """
    if one.award and other.award and one.award != other.award:
        return False
    return one.status == other.status and all(
        first == second or None in first or None in second for first, second in _pairs(one, other)
    )


def _pairs(one: Result, other: Result) -> Iterable[tuple[tuple[int | None, ...], tuple[int | None, ...]]]:
    for names in PAIRS:
        yield tuple(getattr(one, name) for name in names), tuple(getattr(other, name) for name in names)


def merged(results: Sequence[Result]) -> Result:
    """Merge results that agree: each score is taken from the first result that contains it."""
    award = next((each.award for each in results if each.award), "")
    columns: dict[str, int | str | None] = {"status": results[0].status, "award": award}
    for names in PAIRS:
        source = next((each for each in results if getattr(each, names[0]) is not None), results[0])
        columns |= {name: getattr(source, name) for name in names}
    return Result(**columns)  # type: ignore[arg-type]  # the values are columns of Result
