"""Moving kickoffs. Which picks count then is the database's work (sql/prediction_lock_v3.sql)."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from matches.models import KickoffMove, Match, ResultRevision
from matches.recording import locked_match, record_result
from matches.results import Result
from matches.signals import kickoff_moved
from matches.statuses import SETTLED, Status


class InvalidKickoff(ValueError):
    """A kickoff that the match cannot have. The message says why, and what to do."""


def move_kickoff(
    *,
    match_id: int,
    kickoff_at: datetime,
    source: str,
    moved_at: datetime,
    reason: str = "",
    moved_by: User | None = None,
    reschedule: bool = False,
) -> KickoffMove | None:
    """Give a match another kickoff, with the move kept; the same kickoff is a no-op and returns None.

    The lock moves with it. No prediction is deleted: a live one received at or after the new kickoff is
    late and does not count, the forecaster's last one before it counts instead; moved back, the later one
    counts again. A kickoff that lies ahead opens the match for predictions.

    `reschedule` also records that the match is scheduled (a postponed one that has its date), in the same
    transaction; what a result says about that is in `record_result`.
    Raises MatchUnknown, InvalidKickoff or InvalidResult; then nothing is written.
    """
    with transaction.atomic():
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
            return None
        return _store_move(match, kickoff_at, source, moved_at, reason, moved_by)


def _require_possible(match: Match, kickoff_at: datetime, *, moved_at: datetime) -> None:
    """Raise InvalidKickoff unless the match, as it stands, can have this kickoff."""
    if kickoff_at.tzinfo is None:
        raise InvalidKickoff(f"{kickoff_at} has no time zone; kickoffs are aware, best in UTC.")
    if kickoff_at == match.kickoff_at:
        return
    if match.status == Status.CANCELLED:
        raise InvalidKickoff(f"{match} is cancelled and has no kickoff; record it as scheduled first.")
    if kickoff_at > moved_at and match.status in (Status.LIVE, *SETTLED):
        raise InvalidKickoff(
            f"{match} is {match.status}, so its kickoff cannot lie ahead ({kickoff_at:%Y-%m-%d %H:%M} UTC);"
            " where it is to be played again, record it as scheduled or postponed first."
        )


def _store_move(
    match: Match, kickoff_at: datetime, source: str, moved_at: datetime, reason: str, moved_by: User | None
) -> KickoffMove:
    newest = ResultRevision.objects.filter(match=match, version=match.result_version)
    recorded_at = newest.values_list("recorded_at", flat=True).first()
    if recorded_at and recorded_at > moved_at:
        moved_at = recorded_at  # a fast clock recorded it; the order of the two is what matters
    move = KickoffMove.objects.create(
        match=match,
        old_kickoff_at=match.kickoff_at,
        new_kickoff_at=kickoff_at,
        source=source,
        reason=reason,
        moved_at=moved_at,
        moved_by=moved_by,
    )
    match.kickoff_at = match.lock_at = kickoff_at
    match.save(update_fields=["kickoff_at", "lock_at"])
    kickoff_moved.send(sender=Match, match=match, move=move)
    return move
