"""Results that feeds report: record them, wait for a second feed, or leave them to an operator."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from textwrap import shorten

from django.db.models import F, Max, Q, QuerySet

from core.pipeline import ledger
from core.pipeline.models import JobRun, match_subject
from matches.feeds.providers import FEEDS
from matches.feeds.sync.agreement_rules import (
    AgreementDecision,
    Record,
    RecordedResult,
    ReportedResult,
    Rule,
    Wait,
    decide,
)
from matches.models import Competition, FeedSnapshot, Match, ResultRevision
from matches.result import PAIRS, Result
from matches.services.results import locked_match, record_result
from matches.statuses import SETTLED, Award, Status

REVIEW_RESULT = "settle_result"
REASON = ResultRevision._meta.get_field("reason").max_length or 0


def reporting_snapshots() -> QuerySet[FeedSnapshot]:
    """Return snapshots of active subscriptions that report a result or a void status of a linked match.

    Leaves out snapshots that an operator overruled, and matches that the feed no longer lists.
    """
    lacks_score = Q(status=Status.FINISHED, home_score__isnull=True)
    return FeedSnapshot.objects.filter(
        ~lacks_score,
        status__in=SETTLED,
        link__isnull=False,
        gone_at__isnull=True,
        overruled_at__isnull=True,
        subscription__active=True,
    )


def contested_snapshots() -> QuerySet[FeedSnapshot]:
    """Return snapshots with a result that differs from the recorded one, or whose match has no result yet."""
    match = "link__match__"
    straight = Q(link__flipped=False) & _differs(match, flipped=False)
    flipped = Q(link__flipped=True) & _differs(match, flipped=True)
    unsettled = ~Q(**{f"{match}status__in": SETTLED})
    return reporting_snapshots().filter(unsettled | ~Q(status=F(f"{match}status")) | straight | flipped)


def _differs(match: str, *, flipped: bool) -> Q:
    """Return the condition that match and snapshot differ in a score or award that both contain.

    `match` is the lookup prefix of the match. If `flipped` is True, the snapshot has home and away swapped.
    """
    found = Q()
    for home, away in PAIRS:
        for ours, theirs in ((home, away if flipped else home), (away, home if flipped else away)):
            both = Q(**{f"{match}{ours}__isnull": False, f"{theirs}__isnull": False})
            found |= both & ~Q(**{theirs: F(f"{match}{ours}")})
    opposite = {Award.HOME: Award.AWAY, Award.AWAY: Award.HOME}
    for award in (Award.HOME, Award.AWAY, Award.BOTH):
        same = opposite.get(award, award) if flipped else award
        found |= Q(**{f"{match}award": award}) & ~Q(award__in=[Award.NONE, same])
    return found


def reported_results_of(match_ids: Iterable[int]) -> dict[int, list[ReportedResult]]:
    """Return the newest reported result of each source, by match id, with home and away as in the match."""
    rows = (
        reporting_snapshots()
        .filter(link__match__in=list(match_ids))
        .select_related("link", "subscription__feed")
    )
    newest: dict[tuple[int, str], ReportedResult] = {}
    for row in rows.order_by("first_reported_at", "pk"):
        assert row.link is not None  # reporting_snapshots() excludes it
        result = Result.of(row)
        source = row.subscription.feed.name
        newest[row.link.match_id, source] = ReportedResult(
            source, result.mirrored() if row.link.flipped else result, row.first_reported_at, row.reason
        )
    found: dict[int, list[ReportedResult]] = defaultdict(list)
    for (match_id, _source), report in newest.items():
        found[match_id].append(report)
    return found


def recorded_result_of(match: Match) -> RecordedResult:
    """Return the recorded result of the match and its source."""
    if not match.result_version:
        return RecordedResult(Result.of(match))
    last = ResultRevision.objects.filter(match=match, version=match.result_version).first()
    if last is None:
        return RecordedResult(Result.of(match))
    return RecordedResult(Result.of(match), last.source, last.recorded_by_id is None and last.source in FEEDS)


def longest_settle_wait() -> timedelta:
    """Return the longest time that a reported result waits for a second feed, in any competition."""
    longest = Competition.objects.aggregate(minutes=Max("settle_wait"))["minutes"]
    return timedelta(minutes=longest or 0)


def decision_on(match: Match, reports: list[ReportedResult], *, now: datetime) -> AgreementDecision:
    """Decide what to do about the reported results, without writing anything."""
    competition = match.season.competition
    rule = Rule(competition.settle_sources, timedelta(minutes=competition.settle_wait))
    return decide(reports, recorded_result_of(match), rule, now=now)


def review(match_id: int, *, now: datetime) -> AgreementDecision:
    """Decide about the reported results of this match, and carry out the decision. Requires a transaction.

    Returns the decision. If the decision is to wait for a second feed, schedules a review at the end of the
    wait. Raises UnknownMatch, or InvalidResult if the result is not valid for this match.
    """
    match = locked_match(match_id)
    reports = reported_results_of([match_id]).get(match_id, [])
    decided = decision_on(match, reports, now=now)
    match decided:
        case Record():
            mark_second_leg(match, decided.result)
            record_result(
                match_id=match_id,
                result=decided.result,
                source=decided.source,
                reason=_reason(decided, reports),
                recorded_at=now,
            )
        case Wait():
            schedule_review(match_id, now=now, at=decided.until)
    return decided


def _reason(decided: Record, reports: list[ReportedResult]) -> str:
    """Return the reason to store with the result: the feed's reason, then the reason for the decision."""
    of_feed = [report.reason for report in reports if report.source == decided.source]
    return shorten("; ".join(filter(None, [*of_feed, decided.reason])), REASON, placeholder="...")


def schedule_review(match_id: int, *, now: datetime, at: datetime) -> None:
    """Schedule the job that reviews the reported results of this match, due at `at`."""
    ledger.enqueue(
        REVIEW_RESULT,
        {str(match_id): match_subject(match_id)},
        now=now,
        delay=max(timedelta(0), at - now),
        priority=JobRun.Priority.TODAY,
    )


def overrule(match_id: int, *, at: datetime) -> list[str]:
    """Mark the reported results that differ from the recorded one as overruled.

    An overruled result is ignored until its feed reports another one. Returns the names of the feeds. Call it
    in the transaction that records the operator's decision.
    """
    wrong = contested_snapshots().filter(link__match=match_id)
    names = sorted(set(wrong.values_list("subscription__feed__name", flat=True)))
    FeedSnapshot.objects.filter(pk__in=list(wrong.values_list("pk", flat=True))).update(overruled_at=at)
    return names


LEGS_APART = timedelta(days=30)


def mark_second_leg(match: Match, result: Result, *, hint: int | None = None) -> None:
    """Mark the match as a second leg if its result has a shootout after a score that is not level.

    Without the mark, validation refuses such a result. Marks the match only if the source reports a leg above
    1 (`hint`), or if a first leg makes the aggregate level.
    """
    before = result.before_shootout
    if match.is_last_leg or result.home_penalties is None or before is None or before[0] == before[1]:
        return
    first = Match.objects.filter(
        season=match.season_id,
        home_team=match.away_team_id,
        away_team=match.home_team_id,
        status=Status.FINISHED,
        kickoff_at__range=(match.kickoff_at - LEGS_APART, match.kickoff_at - timedelta(days=1)),
    ).first()
    legs = Result.of(first).before_shootout if first else None
    if (hint or 0) > 1 or (legs is not None and before[0] + legs[1] == before[1] + legs[0]):
        match.leg = max(hint or 0, 2)
        match.save(update_fields=["leg"])
