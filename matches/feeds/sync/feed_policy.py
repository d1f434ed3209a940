"""Rules for what a feed's report of a match may overwrite.

Only a changed report has an effect. A report that the feed merely repeats changes nothing; otherwise two
feeds that disagree would overwrite each other in turn.
"""

from dataclasses import dataclass
from datetime import datetime

from matches.feeds.sync import withdrawals
from matches.feeds.sync.agreement_rules import Conflicting, Record, Wait
from matches.feeds.sync.apply_row import ReportedMatch
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
    """The previous report of the feed about a match. `status` is "" if there was none."""

    status: str = ""
    kickoff_at: datetime | None = None
    place: tuple[str, str] = ("", "")  # stage and group

    @classmethod
    def of(cls, snapshot: FeedSnapshot | None) -> "PreviousReport":
        if snapshot is None:
            return cls()
        return cls(snapshot.status, snapshot.kickoff_at, (snapshot.stage, snapshot.group))


@dataclass(frozen=True, slots=True)
class FeedPolicy:
    """Policy for one report of a feed.

    `snapshot` is the stored form of this report. `before` is the feed's previous report of the match.
    """

    before: PreviousReport
    snapshot: FeedSnapshot

    def may_change_stage(self, reported: ReportedMatch, match: Match) -> bool:
        """Return True if the recorded stage and group are those of the feed's previous report."""
        return self.before.place == (match.stage.name, match.group)

    # --- The kickoff ----------------------------------------------------------------------------------

    def may_move_kickoff(self, reported: ReportedMatch, match: Match) -> bool:
        """Return True if the report may move the kickoff (see `_is_new_kickoff`).

        Otherwise returns False and adds a note that the recorded kickoff was kept. For a cancelled match,
        returns False without a note.
        """
        if match.status == Status.CANCELLED:
            return False
        if self._is_new_kickoff(reported, match):
            return True
        reported.note_kept_kickoff(match)
        return False

    def _is_new_kickoff(self, reported: ReportedMatch, match: Match) -> bool:
        """Return True if the recorded kickoff should change to the kickoff in this report.

        - If the match is postponed or suspended and the reported kickoff is in the future, the feed's
          previous report must have contained another kickoff, or the status postponed or suspended.
        - Otherwise, the feed's previous report must have contained the recorded kickoff; or only the day of
          the recorded kickoff is known, and this report contains the time.
        """
        row, before = reported.row, self.before
        if match.status in POSTPONED_OR_SUSPENDED and row.kickoff_at > reported.now:
            return before.status in POSTPONED_OR_SUSPENDED or before.kickoff_at != row.kickoff_at
        return before.kickoff_at == match.kickoff_at or not (row.day_only or match.kickoff_time_known)

    # --- Status and result ----------------------------------------------------------------------------

    def apply_result(self, reported: ReportedMatch, match: Match) -> list[str]:
        row = reported.row
        if row.is_outcome:
            withdrawals.close(match, self.snapshot.subscription_id, at=reported.now)
            mark_second_leg(match, reported.result, hint=row.leg)
            done = {Record: "recorded", Wait: "waiting", Conflicting: "held"}
            decision = type(review(match.pk, now=reported.now))
            return [done[decision]] if decision in done else []
        if row.doubt and match.status not in SETTLED:
            reported.note(f"The match has ended, but its score was not used: {row.doubt}.")
        return self._apply_status(reported, match)

    def _apply_status(self, reported: ReportedMatch, match: Match) -> list[str]:
        """Apply a report without a result: record its status, or withdraw the result.

        Returns what was done.
        """
        row, status = reported.row, _status_of(reported)
        if match.status == Status.FINISHED and withdrawals.is_withdrawal(row):
            return ["recorded"] if withdrawals.review(match, now=reported.now) else []
        if status == match.status or self.before.status == row.result.status:
            return []
        if match.status in SETTLED:
            return self._refuse_withdrawal(reported, match)
        if status == Status.SCHEDULED and not self._is_rescheduled(reported, match):
            return []
        return reported.record(Result(status=status), reason=row.reason)

    def _is_rescheduled(self, reported: ReportedMatch, match: Match) -> bool:
        """Return True if the feed changed the status of the match to scheduled.

        If the match is postponed or suspended, the feed's previous report must have had one of these two
        statuses, and the reported kickoff must be in the future. For any other match, the previous report
        must have been live.
        """
        if match.status in POSTPONED_OR_SUSPENDED:
            return self.before.status in POSTPONED_OR_SUSPENDED and reported.row.kickoff_at > reported.now
        return self.before.status == Status.LIVE

    # --- Withdrawals (docs/adr/0028) ------------------------------------------------------------------

    def withdraw_result(self, reported: ReportedMatch, match: Match) -> list[str] | None:
        """Apply a report that withdraws the feed's own result, and return what was done.

        Returns [] if the withdrawal is not accepted yet. Returns None if the report does not withdraw the
        feed's own result.
        """
        if not self._withdraws_own_result(reported, match):
            return None
        if withdrawals.is_believed_at_once(
            match, reported.row.result.status, reported.source, now=reported.now
        ):
            return _record_withdrawal(reported)
        withdrawals.report(match, self.snapshot, now=reported.now)
        return ["recorded"] if withdrawals.review(match, now=reported.now) else []

    def _withdraws_own_result(self, reported: ReportedMatch, match: Match) -> bool:
        """Return True if the report withdraws the feed's own result, or repeats such a withdrawal."""
        if (
            match.status != Status.FINISHED
            or not withdrawals.is_withdrawal(reported.row)
            or not _is_own(reported, match)
        ):
            return False
        return self.before.status in SETTLED or withdrawals.pending(match) is not None

    def _refuse_withdrawal(self, reported: ReportedMatch, match: Match) -> list[str]:
        """Raise an exception for a report that takes back a result, or ignore the report and return [].

        The report is ignored in four cases:

        - it reports a finished match without a score
        - the recorded result is not from this feed, which may just be late
        - the feed's previous report had no result
        - another feed still reports a result

        In all other cases, raises Contradiction if the match is void. Raises InvalidResult if the match is
        finished, because a finished match cannot be postponed or suspended.
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
