"""Kickoffs in doubt: a feed or file moved the kickoff to the past or to the next hour.

The reported kickoff may be wrong. So the match locks at the earlier kickoff and keeps its predictions secret
until the later one (`Match.reveal_at`), with an open problem for the operators. See docs/adr/0027.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from matches.models import FeedProblem, FeedSubscription, KickoffMove, Match
from matches.statuses import CONFIRMS_KICKOFF

NOTICE = timedelta(hours=1)


def is_doubtful(match: Match, kickoff_at: datetime, *, at: datetime) -> bool:
    """Return True if this kickoff, reported by a feed or file, needs to be confirmed.

    It needs no confirmation in four cases: it is at least NOTICE after `at`; it undoes the move that caused
    the doubt; the predictions are already public and the new kickoff is not in the future; the match has
    begun or was awarded.
    """
    if match.status in CONFIRMS_KICKOFF or kickoff_at >= at + NOTICE:
        return False
    return max(match.reveal_at, kickoff_at) > at and kickoff_at != kickoff_before(match)


def kickoff_before(match: Match) -> datetime | None:
    """Return the kickoff from before the moves that are in doubt, or None if the kickoff is not in doubt."""
    problem = open_problem(match)
    if problem is None:
        return None
    moves = KickoffMove.objects.filter(match=match, moved_at__gte=problem.first_seen_at).order_by("pk")
    first = moves.first()
    return first.old_kickoff_at if first else None


def open_problem(match: Match) -> FeedProblem | None:
    """Return the open problem about the kickoff of this match, even if it was dismissed."""
    return _open_problems(match).first()


def open_doubt(match: Match, move: KickoffMove) -> None:
    """Open a feed problem about the doubtful move, or update the one that is open. Requires a transaction."""
    now, problem = move.moved_at, open_problem(match)
    subscription = FeedSubscription.objects.filter(feed__name=move.source, snapshots__link__match=match)
    values: dict[str, Any] = {
        "subscription": subscription.first(),
        "about": f"match {match.pk}",
        "text": _text(match, move),
        "first_seen_at": problem.first_seen_at if problem else now,
        "last_seen_at": now,
        "times": problem.times + 1 if problem else 1,
        "ended_at": None,
        "dismissed_at": None,
    }
    FeedProblem.objects.update_or_create(match=match, kind=FeedProblem.Kind.KICKOFF, defaults=values)


def _text(match: Match, move: KickoffMove) -> str:
    old, new, lock_at, reveal_at = (
        f"{at:%Y-%m-%d %H:%M}"
        for at in (move.old_kickoff_at, move.new_kickoff_at, match.lock_at, match.sealed_until)
    )
    return (
        f"{move.source} moved the kickoff of {match.home_team} - {match.away_team} from {old} to {new} UTC,"
        f" which is in the past or less than an hour ahead. Predictions lock at {lock_at} and stay secret"
        f" until {reveal_at}. Confirm the new kickoff, or reject it to restore the other."
    )


def end_doubt(match: Match, *, at: datetime) -> bool:
    """Confirm the current kickoff and close the feed problem about it.

    Returns False if the kickoff was not in doubt, else True. Requires a transaction that holds the lock of
    the match row.
    """
    if not match.is_kickoff_in_doubt:
        return False
    match.lock_at, match.sealed_until = match.kickoff_at, None
    match.save(update_fields=["lock_at", "sealed_until"])
    close_problem(match, at=at)
    return True


def close_problem(match: Match, *, at: datetime) -> None:
    """Close the problem about the kickoff of this match, if one is open."""
    _open_problems(match).update(ended_at=at)


def _open_problems(match: Match) -> QuerySet[FeedProblem]:
    return FeedProblem.objects.filter(match=match, kind=FeedProblem.Kind.KICKOFF, ended_at__isnull=True)
