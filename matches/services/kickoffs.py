"""Move kickoffs. A trigger then updates which predictions count (sql/prediction_lock.sql)."""

from dataclasses import replace
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from matches.models import KickoffMove, Match, ResultRevision
from matches.result import Result
from matches.services import kickoff_doubts
from matches.services.kickoff_doubts import KICKOFF_COLUMNS, KickoffReport, reason_to_doubt, reason_to_hold
from matches.services.results import locked_match, record_result
from matches.signals import kickoff_moved
from matches.statuses import POSTPONED_OR_SUSPENDED, SETTLED, Status


class InvalidKickoff(ValueError):
    """A kickoff that the match cannot have. The message states the reason and the remedy."""


def move_kickoff(
    *,
    match_id: int,
    kickoff_at: datetime,
    source: str,
    moved_at: datetime,
    time_known: bool = True,
    reason: str = "",
    moved_by: User | None = None,
    reschedule: bool = False,
    trusted: bool = True,
) -> KickoffMove | None:
    """Move the kickoff of a match. Return the recorded move, or None if the kickoff does not change.

    `time_known=False` means that only the day is known, and `kickoff_at` is its beginning. If `time_known`
    changes but `kickoff_at` does not, it is stored without a move.

    The prediction lock moves to the new kickoff. No prediction is deleted. A live prediction received at or
    after the new kickoff is late and does not count; the forecaster's last prediction before the new kickoff
    counts instead. If the kickoff later moves to a time after the late prediction, that prediction counts
    again. A kickoff in the future opens the match for predictions.

    With `reschedule`, the status scheduled is recorded in the same transaction, e.g. for a postponed match
    with a new date. `trusted=False` is for feeds and files: then a kickoff that may be wrong is put in doubt,
    and an implausible one is not applied (matches/services/kickoff_doubts.py). A trusted move ends a doubt,
    even if the kickoff does not change.

    Raises UnknownMatch, InvalidKickoff or InvalidResult; then nothing is written.
    """
    with transaction.atomic():
        if not trusted and _is_held(match_id, KickoffReport(kickoff_at, time_known, source, moved_at)):
            return None
        if reschedule:
            record_result(
                match_id=match_id,
                result=Result(status=Status.SCHEDULED),
                source=source,
                recorded_at=moved_at,
                reason=reason,
                recorded_by=moved_by,
            )
        match = locked_match(match_id)
        _require_possible(match, kickoff_at, moved_at=moved_at)
        if kickoff_at == match.kickoff_at:
            _set_time_known(match, time_known)
            if trusted:
                kickoff_doubts.end_doubt(match, at=moved_at)
            return None
        is_new_date = reschedule or match.status in POSTPONED_OR_SUSPENDED
        doubt = "" if trusted else reason_to_doubt(match, kickoff_at, at=moved_at, is_new_date=is_new_date)
        move = KickoffMove.objects.create(
            match=match,
            old_kickoff_at=match.kickoff_at,
            new_kickoff_at=kickoff_at,
            old_time_known=match.kickoff_time_known,
            new_time_known=time_known,
            source=source,
            reason=reason,
            moved_at=_time_of_move(match, moved_at),
            moved_by=moved_by,
        )
        _apply_move(match, move, doubt=doubt)
        kickoff_moved.send(sender=Match, match=match, move=move)
        return move


def _require_possible(match: Match, kickoff_at: datetime, *, moved_at: datetime) -> None:
    """Raise InvalidKickoff unless a match with this status can have this kickoff."""
    if kickoff_at.tzinfo is None:
        raise InvalidKickoff(f"{kickoff_at} has no time zone; use an aware datetime, e.g. in UTC.")
    if kickoff_at == match.kickoff_at:
        return
    if match.status == Status.CANCELLED and not match.is_kickoff_in_doubt:
        raise InvalidKickoff(f"{match} is cancelled and has no kickoff; record it as scheduled first.")
    if kickoff_at > moved_at and match.status in (Status.LIVE, *SETTLED) and match.status != Status.CANCELLED:
        raise InvalidKickoff(
            f"{match} is {match.status}, so its kickoff cannot be in the future"
            f" ({kickoff_at:%Y-%m-%d %H:%M} UTC). If it is played again, record it as scheduled or postponed"
            " first."
        )


def _set_time_known(match: Match, time_known: bool) -> None:
    if match.kickoff_time_known != time_known:
        match.kickoff_time_known = time_known
        match.save(update_fields=["kickoff_time_known"])


def _time_of_move(match: Match, moved_at: datetime) -> datetime:
    """Return `moved_at`, or the time of the newest result if that is later because another clock is fast."""
    newest = ResultRevision.objects.filter(match=match, version=match.result_version)
    recorded_at = newest.values_list("recorded_at", flat=True).first()
    return max(moved_at, recorded_at) if recorded_at else moved_at


def _is_held(match_id: int, report: KickoffReport) -> bool:
    """Return True if the reported kickoff is implausible, after opening a doubt about it.

    The match then keeps its kickoff. Returns False for a plausible kickoff, and for any kickoff of a
    cancelled match.
    """
    match = locked_match(match_id)
    if match.status == Status.CANCELLED:
        return False
    is_new_date = match.status in POSTPONED_OR_SUSPENDED
    reason = reason_to_hold(match, report.kickoff_at, is_new_date=is_new_date)
    if reason:
        kickoff_doubts.hold(match, replace(report, reason=reason))
    return bool(reason)


def _apply_move(match: Match, move: KickoffMove, *, doubt: str) -> None:
    """Store the new kickoff, and update lock, reveal and the problem about the kickoff.

    Without `doubt` (the reason for a doubt), the lock moves to the new kickoff, and an open problem is
    closed. With `doubt`, a problem is opened; the lock can only move to an earlier time, and the reveal only
    to a later one.
    """
    match.kickoff_at, match.kickoff_time_known = move.new_kickoff_at, move.new_time_known
    if doubt:
        kickoff_doubts.widen(match, move.new_kickoff_at)
        report = KickoffReport(move.new_kickoff_at, move.new_time_known, move.source, move.moved_at, doubt)
        kickoff_doubts.open_doubt(match, report)
        return
    match.lock_at, match.sealed_until = move.new_kickoff_at, None
    match.save(update_fields=KICKOFF_COLUMNS)
    kickoff_doubts.close_problem(match, at=move.moved_at)
