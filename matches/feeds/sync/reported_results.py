"""What feeds claim became of our matches, and acting on it: record, wait for a second feed, or hold."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F, Max, Q, QuerySet

from core.pipeline import ledger
from core.pipeline.models import JobRun, match_subject
from matches.feeds.providers import FEEDS
from matches.feeds.sync.agreement_rules import (
    PAIRS,
    Record,
    RecordedResult,
    ReportedResult,
    Rule,
    Verdict,
    Wait,
    decide,
)
from matches.models import Competition, FeedSighting, Match, ResultRevision
from matches.result import Result
from matches.services.results import locked_match, record_result
from matches.statuses import SETTLED, Status

SETTLE = "settle_result"


def reporting_sightings() -> QuerySet[FeedSighting]:
    """Sightings that say what became of a match of ours, by feeds that are asked, and not overruled."""
    lacks_score = Q(status=Status.FINISHED, home_score__isnull=True)
    return FeedSighting.objects.filter(
        ~lacks_score,
        status__in=SETTLED,
        link__isnull=False,
        gone_at__isnull=True,
        overruled_at__isnull=True,
        subscription__active=True,
    )


def contested_sightings() -> QuerySet[FeedSighting]:
    """Claims that differ from what is recorded of their match, or whose match has no result yet."""
    match = "link__match__"
    straight = Q(link__flipped=False) & _differs(match, flipped=False)
    flipped = Q(link__flipped=True) & _differs(match, flipped=True)
    unsettled = ~Q(**{f"{match}status__in": SETTLED})
    return reporting_sightings().filter(unsettled | ~Q(status=F(f"{match}status")) | straight | flipped)


def _differs(match: str, *, flipped: bool) -> Q:
    """Some score that both tell is not the same."""
    found = Q()
    for home, away in PAIRS:
        for ours, theirs in ((home, away if flipped else home), (away, home if flipped else away)):
            both = Q(**{f"{match}{ours}__isnull": False, f"{theirs}__isnull": False})
            found |= both & ~Q(**{theirs: F(f"{match}{ours}")})
    return found


def reported_results_of(match_ids: Iterable[int]) -> dict[int, list[ReportedResult]]:
    """The claims about each of these matches, with our sides; the newest of each source."""
    rows = (
        reporting_sightings()
        .filter(link__match__in=list(match_ids))
        .select_related("link", "subscription__feed")
    )
    newest: dict[tuple[int, str], ReportedResult] = {}
    for row in rows.order_by("said_at", "pk"):
        assert row.link is not None  # claiming() saw to it
        result = Result.of(row)
        source = row.subscription.feed.name
        newest[row.link.match_id, source] = ReportedResult(
            source, result.mirrored() if row.link.flipped else result, row.said_at
        )
    found: dict[int, list[ReportedResult]] = defaultdict(list)
    for (match_id, _source), claim in newest.items():
        found[match_id].append(claim)
    return found


def recorded_result_of(match: Match) -> RecordedResult:
    """What is recorded of the match, and whether a feed said so."""
    if not match.result_version:
        return RecordedResult(Result.of(match))
    last = ResultRevision.objects.filter(match=match, version=match.result_version).first()
    if last is None:
        return RecordedResult(Result.of(match))
    return RecordedResult(Result.of(match), last.source, last.recorded_by_id is None and last.source in FEEDS)


def rule_of(match: Match) -> Rule:
    competition = match.season.competition
    return Rule(competition.settle_sources, timedelta(minutes=competition.settle_wait))


def longest_settle_wait() -> timedelta:
    """Return the longest time that the claim of one feed waits for a second one, in any competition."""
    longest = Competition.objects.aggregate(minutes=Max("settle_wait"))["minutes"]
    return timedelta(minutes=longest or 0)


def decision_on(match: Match, claims: list[ReportedResult], *, now: datetime) -> Verdict:
    """What follows from these claims; nothing is written."""
    return decide(claims, recorded_result_of(match), rule_of(match), now=now)


def review(match_id: int, *, now: datetime) -> Verdict:
    """Do what follows from the claims about this match. In the transaction of whoever asks.

    Where a second feed is waited for, the ledger comes back to it then. Raises InvalidResult where what is
    to be recorded cannot be a result of this match.
    """
    match = locked_match(match_id)
    decided = decision_on(match, reported_results_of([match_id]).get(match_id, []), now=now)
    match decided:
        case Record():
            mark_second_leg(match, decided.result)
            record_result(
                match_id=match_id,
                result=decided.result,
                source=decided.source,
                reason=decided.reason,
                recorded_at=now,
            )
        case Wait():
            schedule_review(match_id, now=now, at=decided.until)
    return decided


def schedule_review(match_id: int, *, now: datetime, at: datetime) -> None:
    """Let the ledger come back to the claims about this match."""
    ledger.enqueue(
        SETTLE,
        {str(match_id): match_subject(match_id)},
        now=now,
        delay=max(timedelta(0), at - now),
        priority=JobRun.Priority.TODAY,
    )


def overrule(match_id: int, *, at: datetime) -> list[str]:
    """Feeds that claim something else than what is recorded are not listened to until they change their mind.

    Returns their names. In the transaction of whoever decided.
    """
    wrong = contested_sightings().filter(link__match=match_id)
    names = sorted(set(wrong.values_list("subscription__feed__name", flat=True)))
    FeedSighting.objects.filter(pk__in=list(wrong.values_list("pk", flat=True))).update(overruled_at=at)
    return names


LEGS_APART = timedelta(days=30)


def mark_second_leg(match: Match, result: Result, *, hint: bool = False) -> None:
    """A shootout after a score that is not level: a second leg, if the first one, or the feed, says so.

    The first leg says so where both scores together are level. Else it stays what it looks like: a mistake.
    """
    before = result.before_shootout
    if match.second_leg or result.home_penalties is None or before is None or before[0] == before[1]:
        return
    first = Match.objects.filter(
        season=match.season_id,
        home_team=match.away_team_id,
        away_team=match.home_team_id,
        status=Status.FINISHED,
        kickoff_at__range=(match.kickoff_at - LEGS_APART, match.kickoff_at - timedelta(days=1)),
    ).first()
    legs = Result.of(first).before_shootout if first else None
    if hint or (legs is not None and before[0] + legs[1] == before[1] + legs[0]):
        match.second_leg = True
        match.save(update_fields=["second_leg"])
