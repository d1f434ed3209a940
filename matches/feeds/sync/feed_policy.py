"""Rules for what a feed's report of a match may overwrite.

Only a changed report has an effect. A feed that repeats its report, or that has not noticed what another feed
reported, changes nothing; otherwise two feeds that differ would overwrite each other in turn.
"""

from dataclasses import dataclass
from datetime import datetime

from matches.feeds.sync import withdrawals
from matches.feeds.sync.agreement_rules import Conflicting, Record, Wait
from matches.feeds.sync.apply_row import ReportedMatch
from matches.feeds.sync.match_linker import is_in_season
from matches.feeds.sync.reported_results import (
    mark_second_leg,
    recorded_result_of,
    review,
)
from matches.models import FeedSnapshot, Match
from matches.result import Result
from matches.statuses import POSTPONED_OR_SUSPENDED, SETTLED, Status


class Contradiction(ValueError):
    """The report contradicts the recorded state, and an operator has to decide."""


@dataclass(frozen=True, slots=True)
class PreviousReport:
    """The previous report of the feed, with an empty `status` if it is the first."""

    status: str = ""
    kickoff_at: datetime | None = None

    @classmethod
    def of(cls, snapshot: FeedSnapshot | None) -> "PreviousReport":
        return cls(snapshot.status, snapshot.kickoff_at) if snapshot else cls()


@dataclass(frozen=True, slots=True)
class FeedPolicy:
    """Policy for the report of a feed. `snapshot` is this report, and saved already."""

    before: PreviousReport
    snapshot: FeedSnapshot

    # --- The kickoff ----------------------------------------------------------------------------------

    def may_move_kickoff(self, reported: ReportedMatch, match: Match) -> bool:
        """Return True for a new kickoff within the season.

        Otherwise False; a note says so, unless the match is cancelled.
        """
        if match.status == Status.CANCELLED:
            return False
        if self._is_new_kickoff(reported, match) and is_in_season(reported.row.kickoff_at, match.season):
            return True
        reported.note_kept_kickoff(match)
        return False

    def _is_new_kickoff(self, reported: ReportedMatch, match: Match) -> bool:
        """Return True if the feed changed the kickoff, added the time, or reports the new date of the match.

        It changed the kickoff if its previous report had ours. A postponed or suspended match has a new date
        if the reported kickoff is ahead and the previous report had such a status or another kickoff.
        """
        row, before = reported.row, self.before
        if match.status in POSTPONED_OR_SUSPENDED and row.kickoff_at > reported.now:
            return before.status in POSTPONED_OR_SUSPENDED or before.kickoff_at != row.kickoff_at
        return before.kickoff_at == match.kickoff_at or (not row.day_only and _has_only_a_day(match))

    # --- Status and result ----------------------------------------------------------------------------

    def apply_result(self, reported: ReportedMatch, match: Match) -> list[str]:
        row = reported.row
        if row.is_outcome:
            withdrawals.close(match, self.snapshot.subscription_id, at=reported.now)
            mark_second_leg(match, reported.result, hint=row.second_leg)
            done = {Record: "recorded", Wait: "waiting", Conflicting: "held"}
            decision = type(review(match.pk, now=reported.now))
            return [done[decision]] if decision in done else []
        if row.doubt and match.status not in SETTLED:
            reported.note(f"The match has ended, but its score was not used: {row.doubt}.")
        return self._apply_status(reported, match)

    def _apply_status(self, reported: ReportedMatch, match: Match) -> list[str]:
        """Apply a status without a result."""
        row, status = reported.row, _status_of(reported)
        if match.status == Status.FINISHED and withdrawals.is_withdrawal(row):
            return ["recorded"] if withdrawals.review(match, now=reported.now) else []
        if status == match.status or self.before.status == row.result.status:
            return []
        if match.status in SETTLED:
            return self._refuse_withdrawal(reported, match)
        if status == Status.SCHEDULED and not self._is_rescheduled(reported, match):
            return []
        return reported.record(Result(status=status))

    def _is_rescheduled(self, reported: ReportedMatch, match: Match) -> bool:
        """Return True if this feed had reported the match as live or put off, and now as scheduled."""
        if match.status in POSTPONED_OR_SUSPENDED:
            return self.before.status in POSTPONED_OR_SUSPENDED and reported.row.kickoff_at > reported.now
        return self.before.status == Status.LIVE

    # --- Withdrawals (docs/adr/0028) ------------------------------------------------------------------

    def withdraw_result(self, reported: ReportedMatch, match: Match) -> list[str] | None:
        """Return None if the feed does not withdraw its own result; else do so, if that is accepted."""
        if not self._withdraws_own_result(reported, match):
            return None
        if withdrawals.is_believed_at_once(
            match, reported.row.result.status, reported.source, now=reported.now
        ):
            return _record_withdrawal(reported)
        withdrawals.report(match, self.snapshot, now=reported.now)
        return ["recorded"] if withdrawals.review(match, now=reported.now) else []

    def _withdraws_own_result(self, reported: ReportedMatch, match: Match) -> bool:
        """Return True if the feed withdraws its own result, for the first time or again."""
        if (
            match.status != Status.FINISHED
            or not withdrawals.is_withdrawal(reported.row)
            or not _is_own(reported, match)
        ):
            return False
        return self.before.status in SETTLED or withdrawals.pending(match) is not None

    def _refuse_withdrawal(self, reported: ReportedMatch, match: Match) -> list[str]:
        """Refuse to withdraw a void status or to postpone a finished match (Contradiction, InvalidResult).

        Ignore the report if the result came from another feed (this one may just be late), or if another feed
        still reports a result.
        """
        if (
            not _is_own(reported, match)
            or self.before.status not in SETTLED
            or reported.row.lacks_score
            or withdrawals.other_reports(match, reported.source)
        ):
            return []
        if match.is_void:
            raise Contradiction(
                f"The feed no longer reports the match as {match.status}. If it is played after all, record"
                " it as scheduled; if it is replayed, add the replay as a match of its own."
            )
        return _record_withdrawal(reported)


def _status_of(reported: ReportedMatch) -> str:
    """Return the reported status; a finished match without a score counts as live."""
    return Status.LIVE if reported.row.lacks_score else reported.row.result.status


def _record_withdrawal(reported: ReportedMatch) -> list[str]:
    return reported.record(
        Result(status=_status_of(reported)), reason=f"{reported.source} withdraws its result"
    )


def _is_own(reported: ReportedMatch, match: Match) -> bool:
    """Return True if the result was recorded from this feed."""
    recorded = recorded_result_of(match)
    return recorded.by_feed and recorded.source == reported.source


def _has_only_a_day(match: Match) -> bool:
    """Return True if our kickoff is the beginning of a day, from a feed that reported no time."""
    snapshots = FeedSnapshot.objects.filter(link__match=match, day_only=True, kickoff_at=match.kickoff_at)
    return snapshots.exists()
