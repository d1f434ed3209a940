"""Kickoffs in doubt: a feed or file moved the kickoff to the past or to the next hour.

The reported kickoff may be wrong. So the match locks at the earlier kickoff and keeps its predictions secret
until the later one (`Match.reveal_at`), with an open problem for the operators. See docs/adr/0027.
"""

from datetime import datetime, timedelta
from typing import Any

from matches.models import FeedProblem, FeedSubscription, KickoffMove, Match
from matches.statuses import CONFIRMS_KICKOFF

NOTICE = timedelta(hours=1)


def is_doubtful(match: Match, kickoff_at: datetime, *, at: datetime) -> bool:
    """Return True if this kickoff, reported by a feed or file, needs to be confirmed.

    Not if it is at least NOTICE ahead, if the predictions are public already and would be at the new kickoff,
    or if it reverts the move that caused the doubt. Nor if the match has begun or was awarded.
    """
    if match.status in CONFIRMS_KICKOFF or kickoff_at >= at + NOTICE:
        return False
    return max(match.reveal_at, kickoff_at) > at and kickoff_at != kickoff_before(match)


def kickoff_before(match: Match) -> datetime | None:
    """Return the kickoff before the doubt, or None if the kickoff is not in doubt."""
    problem = open_problem(match)
    if problem is None:
        return None
    moves = KickoffMove.objects.filter(match=match, moved_at__gte=problem.first_seen_at).order_by("pk")
    first = moves.first()
    return first.old_kickoff_at if first else None


def open_problem(match: Match) -> FeedProblem | None:
    """Return the problem about the kickoff of this match, dismissed or not."""
    return FeedProblem.objects.filter(
        match=match, kind=FeedProblem.Kind.KICKOFF, ended_at__isnull=True
    ).first()


def open_doubt(match: Match, move: KickoffMove) -> None:
    """Open the problem for the operators; another doubtful move updates it. Requires a transaction."""
    now = move.moved_at
    values: dict[str, Any] = {
        "subscription": FeedSubscription.objects.filter(
            feed__name=move.source, snapshots__link__match=match
        ).first(),
        "about": f"match {match.pk}",
        "text": _text(match, move),
        "last_seen_at": now,
        "ended_at": None,
        "dismissed_at": None,
    }
    problem = open_problem(match)
    if problem is None:
        values |= {"first_seen_at": now, "times": 1}
    else:
        values |= {"times": problem.times + 1}
    FeedProblem.objects.update_or_create(match=match, kind=FeedProblem.Kind.KICKOFF, defaults=values)


def _text(match: Match, move: KickoffMove) -> str:
    return (
        f"{move.source} moved the kickoff of {match.home_team} - {match.away_team} from"
        f" {move.old_kickoff_at:%Y-%m-%d %H:%M} to {move.new_kickoff_at:%Y-%m-%d %H:%M} UTC, which is over or"
        f" less than an hour ahead. Predictions lock at {match.lock_at:%Y-%m-%d %H:%M} and stay secret until"
        f" {match.sealed_until:%Y-%m-%d %H:%M}. Confirm the new kickoff, or reject it to restore the other."
    )


def end_doubt(match: Match, *, at: datetime) -> bool:
    """Confirm the current kickoff and close the problem. Returns False if it was not in doubt.

    Requires a transaction that holds the lock of the match row.
    """
    if not match.is_kickoff_in_doubt:
        return False
    match.lock_at, match.sealed_until = match.kickoff_at, None
    match.save(update_fields=["lock_at", "sealed_until"])
    close_problem(match, at=at)
    return True


def close_problem(match: Match, *, at: datetime) -> None:
    """Close the problem about the kickoff of this match, if one is open."""
    problems = FeedProblem.objects.filter(match=match, kind=FeedProblem.Kind.KICKOFF, ended_at__isnull=True)
    problems.update(ended_at=at)
