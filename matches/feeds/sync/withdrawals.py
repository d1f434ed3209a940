"""Withdrawals: a feed that reported a result now reports the match as scheduled, live or without a score.

Soon after the kickoff, a report that the match is live again is accepted. Otherwise the result is kept and a
problem is opened for the operators, until the withdrawal is confirmed: the feed repeats it some minutes
later, a second feed agrees, or an operator confirms it. The problem closes when the feed reports a result
again (docs/adr/0028).
"""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import QuerySet

from matches.feeds.providers.feed_format import FeedMatch
from matches.feeds.sync.reported_results import reported_results_of
from matches.models import FeedProblem, FeedSnapshot, FeedSubscription, Match, ResultRevision
from matches.result import Result, in_words
from matches.services.results import ADMIN_SOURCE, record_result
from matches.statuses import SCHEDULED_OR_LIVE, Status

LIVE_AGAIN = timedelta(hours=3, minutes=30)  # after kickoff: until then, finished -> live is accepted at once
REPEATED = timedelta(minutes=10)  # after the first report
REPEATABLE = timedelta(hours=24)  # after kickoff: from then on, repeating does not confirm a withdrawal


def is_withdrawal(row: FeedMatch) -> bool:
    """Return True if the reported status is scheduled or live, or finished without a score.

    A report whose score is in doubt does not withdraw a result.
    """
    is_without_score = row.lacks_score and not row.doubt
    return row.result.status in SCHEDULED_OR_LIVE or is_without_score


def is_believed_at_once(match: Match, status: str, source: str, *, now: datetime) -> bool:
    """Return True if the feed reports the match as live again soon after the kickoff.

    Always False if an operator rejected the withdrawal, or if another feed reports a result.
    """
    problem = pending(match)
    is_rejected = problem is not None and problem.dismissed_at is not None
    is_soon = now <= match.kickoff_at + LIVE_AGAIN
    return status == Status.LIVE and is_soon and not is_rejected and not other_reports(match, source)


def report(match: Match, snapshot: FeedSnapshot, *, now: datetime) -> None:
    """Open a problem for this withdrawal. If one is open already, record that the report was repeated."""
    problem = pending(match)
    if problem is None:
        started = {"first_seen_at": now, "times": 1, "dismissed_at": None, "ended_at": None}
        values = {"about": snapshot.external_id, "text": "", "last_seen_at": now, **started}
        problem, _ = FeedProblem.objects.update_or_create(
            match=match,
            kind=FeedProblem.Kind.RESULT,
            defaults={"subscription": snapshot.subscription, **values},
        )
    else:
        problem.times, problem.last_seen_at = problem.times + 1, now
    problem.about, problem.text = snapshot.external_id, _text(match, snapshot, since=problem.first_seen_at)
    problem.save(update_fields=["about", "text", "times", "last_seen_at"])


def _text(match: Match, snapshot: FeedSnapshot, *, since: datetime) -> str:
    reported = "finished without a score" if snapshot.status == Status.FINISHED else snapshot.status
    repeat_at, until = since + REPEATED, match.kickoff_at + REPEATABLE
    repeated = (
        f"the feed repeats this from {repeat_at:%Y-%m-%d %H:%M}, before {until:%Y-%m-%d %H:%M} UTC while no"
        " other feed reports a result, "
    )
    return (
        f"{snapshot.home} - {snapshot.away}: it reports {reported}, after it had reported"
        f" {in_words(Result.of(match))}. The result stands until {repeated if repeat_at < until else ''}"
        "a second feed agrees or you confirm. Reject this to keep the result."
    )


def pending(match: Match) -> FeedProblem | None:
    """Return the open problem about a withdrawal of the match's result, or None.

    A problem that an operator rejected is still open.
    """
    return _open(match).select_related("subscription__feed").first()


def _open(match: Match) -> QuerySet[FeedProblem]:
    return FeedProblem.objects.filter(match=match, kind=FeedProblem.Kind.RESULT, ended_at__isnull=True)


def close(match: Match, subscription_id: int, *, at: datetime) -> None:
    """Close the problem of the withdrawal, because this feed reports a result again."""
    _open(match).filter(subscription=subscription_id).update(ended_at=at)


def review(match: Match, *, now: datetime) -> bool:
    """Withdraw the result if the reported withdrawal is confirmed; return True if it was withdrawn.

    A second feed confirms a withdrawal by reporting the same status. If no other feed reports a result, the
    feed itself confirms its withdrawal by a repeated report, at least REPEATED after the first one and less
    than REPEATABLE after the kickoff. Requires the lock of the match row.
    """
    problem = pending(match)
    if problem is None or problem.dismissed_at is not None:
        return False
    snapshot = _snapshot(problem)
    source = snapshot.subscription.feed.name
    if others := _agreeing(match, snapshot):
        reason = f"{source} and {', '.join(others)} withdraw the result"
    elif _is_repeated(match, problem, now=now) and not other_reports(match, source):
        reason = f"{source} withdraws its result and repeated this"
    else:
        return False
    result = Result(status=reported_status(snapshot))
    record_result(match_id=match.pk, result=result, source=source, recorded_at=now, reason=reason)
    return True


def _is_repeated(match: Match, problem: FeedProblem, *, now: datetime) -> bool:
    return (
        problem.last_seen_at == now >= problem.first_seen_at + REPEATED
        and now < match.kickoff_at + REPEATABLE
    )


def _snapshot(problem: FeedProblem) -> FeedSnapshot:
    snapshots = FeedSnapshot.objects.select_related("subscription__feed")
    return snapshots.get(subscription=problem.subscription, external_id=problem.about)


def reported_status(snapshot: FeedSnapshot) -> str:
    """Return the status that the feed reports; finished without a score counts as live."""
    is_without_score = snapshot.status == Status.FINISHED and snapshot.home_score is None
    return Status.LIVE if is_without_score else snapshot.status


def _agreeing(match: Match, snapshot: FeedSnapshot) -> list[str]:
    """Return the other feeds that have reported the same status since the result was recorded."""
    recorded_at = ResultRevision.objects.values_list("recorded_at", flat=True).get(
        match=match, version=match.result_version
    )
    others = FeedSnapshot.objects.filter(
        link__match=match,
        first_reported_at__gt=recorded_at,
        gone_at__isnull=True,
        overruled_at__isnull=True,
        subscription__active=True,
    ).exclude(subscription__feed=snapshot.subscription.feed_id)
    status = reported_status(snapshot)
    agreeing = [
        each for each in others.select_related("subscription__feed") if reported_status(each) == status
    ]
    return sorted({each.subscription.feed.name for each in agreeing})


def other_reports(match: Match, source: str) -> list[str]:
    """Return the other feeds that report a result of the match."""
    reports = reported_results_of([match.pk]).get(match.pk, [])
    return [report.source for report in reports if report.source != source]


def next_check(subscription: FeedSubscription, *, now: datetime) -> datetime | None:
    """Return the earliest time when a repeated report by this feed would confirm a withdrawal, or None."""
    problems = FeedProblem.objects.filter(
        subscription=subscription,
        kind=FeedProblem.Kind.RESULT,
        ended_at__isnull=True,
        dismissed_at__isnull=True,
    )
    checks = [
        (problem.first_seen_at + REPEATED, problem.match.kickoff_at + REPEATABLE)
        for problem in problems.select_related("match")
        if problem.match
    ]
    return min((at for at, until in checks if now < at < until), default=None)


def confirm(problem: FeedProblem, match: Match, *, by: User, at: datetime, reason: str) -> str:
    """Record the reported status in the operator's name; return it as text. Raises InvalidResult."""
    result = Result(status=reported_status(_snapshot(problem)))
    record_result(
        match_id=match.pk, result=result, source=ADMIN_SOURCE, recorded_at=at, reason=reason, recorded_by=by
    )
    return in_words(result)


def reject(problem: FeedProblem, *, at: datetime) -> None:
    """Reject the withdrawal: the result stays, however often the feed repeats it."""
    problem.dismissed_at = at
    problem.save(update_fields=["dismissed_at"])
