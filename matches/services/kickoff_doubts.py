"""Kickoffs in doubt: a feed or file reported a kickoff that may be wrong.

While its kickoff is in doubt, a match has several possible kickoffs. Predictions are locked from the earliest
of them on, and secret until the latest (`Match.reveal_at`). A plausible reported kickoff is stored in the
match, an implausible one only in the FeedProblem. The doubt ends when an operator decides, or when the match
begins. See docs/adr/0027 and 0047.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.db.models import QuerySet

from matches.feeds.sync.match_linker import is_in_season
from matches.kickoff_days import kickoff_text
from matches.models import FeedProblem, FeedSubscription, KickoffMove, Match
from matches.signals import kickoff_moved
from matches.statuses import CONFIRMS_KICKOFF

NOTICE = timedelta(hours=1)
KICKOFF_COLUMNS = ["kickoff_at", "kickoff_time_known", "lock_at", "sealed_until"]
# An earlier kickoff locks predictions and shows them, a later one is often a postponement.
FAR_EARLIER, FAR_LATER = timedelta(days=7), timedelta(days=30)


def reason_to_doubt(match: Match, kickoff_at: datetime, *, at: datetime, is_new_date: bool) -> str:
    """Return the reason why an operator must decide about a plausible reported kickoff, else "".

    No decision is needed if the match has begun or was awarded. With `is_new_date` (a new date of a postponed
    or suspended match), an earlier doubt is ignored.
    """
    if match.status in CONFIRMS_KICKOFF:
        return ""
    in_doubt = match.is_kickoff_in_doubt and not is_new_date
    if max(match.reveal_at, kickoff_at) <= at and not in_doubt:
        return ""  # all predictions are public, and remain so
    if kickoff_at < at + NOTICE:
        return "it is in the past or less than an hour ahead"
    if KickoffMove.objects.filter(match=match, old_kickoff_at=kickoff_at).exists():
        return "the match had this kickoff before, so one of the reports is wrong"
    return "another kickoff of this match is in doubt already" if in_doubt else ""


def reason_to_hold(match: Match, kickoff_at: datetime, *, is_new_date: bool) -> str:
    """Return the reason why a reported kickoff is implausible, or "" if it is plausible.

    With `is_new_date` (a new date of a postponed or suspended match), any distance from the previous kickoff
    is plausible.
    """
    season, move = match.season, kickoff_at - match.kickoff_at
    if is_in_season(match.kickoff_on, season) and not is_in_season(kickoff_at.date(), season):
        return f"it is outside {season} ({season.starts_on} to {season.ends_on})"
    if not is_new_date and not -FAR_EARLIER <= move <= FAR_LATER:
        days = f"{abs(move).days} days {'later' if move > timedelta() else 'earlier'}"
        return f"it is {days}, and the match is not postponed"
    return ""


@dataclass(frozen=True, slots=True)
class KickoffDoubt:
    """An open doubt about the kickoff of a match.

    `values` are the kickoffs in doubt: the known one, then the reported ones, in the order of their reports.
    `day_only` are those of which only the day was reported.
    """

    problem: FeedProblem
    values: tuple[datetime, ...]
    day_only: frozenset[datetime]
    reported: datetime  # the newest report

    @classmethod
    def about(cls, match: Match) -> Self | None:
        """Return the open doubt about the kickoff of this match, or None."""
        problem = open_problem(match)
        if problem is None:
            return None
        moves = KickoffMove.objects.filter(match=match, moved_at__gte=problem.first_seen_at).order_by("pk")
        known: dict[datetime, bool] = {}  # kickoff -> True if its time is known, False if only its day is
        for move in moves:
            known |= {move.old_kickoff_at: move.old_time_known, move.new_kickoff_at: move.new_time_known}
        known[match.kickoff_at] = match.kickoff_time_known
        if problem.held_kickoff_at:
            known[problem.held_kickoff_at] = problem.held_time_known
        day_only = frozenset(at for at, time_known in known.items() if not time_known)
        return cls(problem, tuple(known), day_only, problem.held_kickoff_at or match.kickoff_at)

    @property
    def other(self) -> datetime:
        """Kickoff that the match gets if the newest report is rejected.

        This is the kickoff that was known before the doubt. If the newest report repeats that kickoff, it is
        the last other kickoff that was reported.
        """
        known = self.values[0]
        return known if known != self.reported else self.values[-1]

    def kickoff_if_begun(self, at: datetime) -> datetime:
        """Return the latest kickoff in doubt up to the time `at`, or the earliest one if all are later."""
        return max((value for value in self.values if value <= at), default=min(self.values))


def open_problem(match: Match) -> FeedProblem | None:
    """Return the open problem about the kickoff of this match, or None.

    A dismissed problem counts as open until it has ended.
    """
    return _open_problems(match).first()


def kickoff_if_begun(match: Match, *, at: datetime) -> datetime:
    """Return the kickoff to record for a match that has begun or was awarded.

    If the kickoff is in doubt, see `KickoffDoubt.kickoff_if_begun`; else it stays as recorded.
    """
    doubt = KickoffDoubt.about(match) if match.is_kickoff_in_doubt else None
    return doubt.kickoff_if_begun(at) if doubt else match.kickoff_at


@dataclass(frozen=True, slots=True)
class KickoffReport:
    """A kickoff that a feed or file reported, and why it is in doubt."""

    kickoff_at: datetime
    time_known: bool
    source: str
    at: datetime
    reason: str = ""


def hold(match: Match, report: KickoffReport) -> None:
    """Keep the known kickoff of the match, and open a doubt about the reported one.

    If the reported kickoff is before the lock, the lock moves to it; if it is after the reveal of the
    predictions, the reveal moves to it. Does nothing if the match has begun or was awarded, or if there was a
    doubt about this reported kickoff before. Requires a transaction that holds the lock of the match row.
    """
    same = FeedProblem.objects.filter(
        match=match, kind=FeedProblem.Kind.KICKOFF, held_kickoff_at=report.kickoff_at
    )
    if match.status not in CONFIRMS_KICKOFF and not same.exists():
        widen(match, report.kickoff_at)
        open_doubt(match, report, held=True)


def widen(match: Match, kickoff_at: datetime) -> None:
    """Move the prediction lock to this kickoff if the lock is later, and the reveal if the reveal is earlier.

    Also saves `match.kickoff_at` and `match.kickoff_time_known`.
    """
    match.lock_at, match.sealed_until = min(match.lock_at, kickoff_at), max(match.reveal_at, kickoff_at)
    match.save(update_fields=KICKOFF_COLUMNS)


def open_doubt(match: Match, report: KickoffReport, *, held: bool = False) -> None:
    """Open a problem about the reported kickoff, or update the open problem. Requires a transaction."""
    now, problem = report.at, open_problem(match)
    subscription = FeedSubscription.objects.filter(feed__name=report.source, snapshots__link__match=match)
    values: dict[str, Any] = {
        "subscription": subscription.first(),
        "held_kickoff_at": report.kickoff_at if held else None,
        "held_time_known": report.time_known or not held,
        "about": f"match {match.pk}",
        "text": "",
        "first_seen_at": problem.first_seen_at if problem else now,
        "last_seen_at": now,
        "times": problem.times + 1 if problem else 1,
        "ended_at": None,
        "dismissed_at": None,
    }
    FeedProblem.objects.update_or_create(match=match, kind=FeedProblem.Kind.KICKOFF, defaults=values)
    if doubt := KickoffDoubt.about(match):
        doubt.problem.text = _text(match, report, doubt)
        doubt.problem.save(update_fields=["text"])


def _text(match: Match, report: KickoffReport, doubt: KickoffDoubt) -> str:
    lock_at, reveal_at = (f"{at:%Y-%m-%d %H:%M}" for at in (match.lock_at, match.sealed_until))
    new, other = (
        kickoff_text(at, time_known=at not in doubt.day_only) for at in (doubt.reported, doubt.other)
    )
    kept = " The known kickoff is kept until then." if doubt.problem.held_kickoff_at else ""
    return (
        f"{report.source} reports the kickoff {new} for {match.home_team} - {match.away_team}:"
        f" {report.reason}. Confirm it, or reject it for {other}.{kept} Until a decision, predictions lock at"
        f" {lock_at} and stay secret until {reveal_at}."
    )


def end_doubt(match: Match, *, at: datetime) -> bool:
    """Confirm the current kickoff and close the problem about it.

    Returns True if the kickoff was in doubt. Requires a transaction that holds the lock of the match row.
    """
    if not match.is_kickoff_in_doubt:
        return False
    match.lock_at, match.sealed_until = match.kickoff_at, None
    match.save(update_fields=KICKOFF_COLUMNS)
    close_problem(match, at=at)
    return True


def end_doubt_as_begun(match: Match, *, source: str, at: datetime) -> None:
    """End a doubt about the kickoff because the match has begun. The kickoff moves to `kickoff_if_begun`.

    Requires a transaction that holds the lock of the match row.
    """
    doubt = KickoffDoubt.about(match) if match.is_kickoff_in_doubt else None
    kickoff_at = doubt.kickoff_if_begun(at) if doubt else match.kickoff_at
    if doubt is None or kickoff_at == match.kickoff_at:
        end_doubt(match, at=at)
        return
    move = KickoffMove.objects.create(
        match=match,
        old_kickoff_at=match.kickoff_at,
        new_kickoff_at=kickoff_at,
        old_time_known=match.kickoff_time_known,
        new_time_known=kickoff_at not in doubt.day_only,
        source=source,
        reason="The match has begun, so this is the kickoff of those reported.",
        moved_at=at,
    )
    match.kickoff_at, match.kickoff_time_known = kickoff_at, move.new_time_known
    end_doubt(match, at=at)
    kickoff_moved.send(sender=Match, match=match, move=move)


def close_problem(match: Match, *, at: datetime) -> None:
    """Close the problem about the kickoff of this match, if one is open."""
    _open_problems(match).update(ended_at=at)


def _open_problems(match: Match) -> QuerySet[FeedProblem]:
    return FeedProblem.objects.filter(match=match, kind=FeedProblem.Kind.KICKOFF, ended_at__isnull=True)
