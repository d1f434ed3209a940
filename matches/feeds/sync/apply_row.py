"""Apply one row of a feed or of a file to a match: stage, kickoff, status and result.

A policy decides what the row may overwrite: `FeedPolicy` (feed_policy.py) for feeds, `FilePolicy`
(matches/imports/match_files/policy.py) for files. Everything else is the same for both.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.db import DataError, IntegrityError

from matches.feeds.providers.feed_format import FeedMatch
from matches.feeds.sync.match_search import Unclear
from matches.kickoff_days import kickoff_text
from matches.models import Match, MatchSource
from matches.result import InvalidResult, Result
from matches.services.kickoffs import InvalidKickoff, move_kickoff
from matches.services.results import record_result
from matches.services.stages import assign, stage_and_group
from matches.services.teams import TeamUnknown
from matches.stage_hints import UNKNOWN, StageHint
from matches.statuses import POSTPONED_OR_SUSPENDED, SCHEDULED_OR_LIVE, Status

ROW_ERRORS = (
    *(InvalidResult, InvalidKickoff, Unclear, TeamUnknown),
    *(IntegrityError, DataError),  # checked by the database only
)
_WITH_KICKOFF = (*SCHEDULED_OR_LIVE, Status.FINISHED)  # with another status, the kickoff is ignored
# If only the day is known: a kickoff this far from its beginning is on that day in some time zone.
_DAY = (-timedelta(hours=12), timedelta(hours=36))


@dataclass(frozen=True, slots=True)
class ReportedMatch:
    """A row of a feed or file about one of our matches."""

    row: FeedMatch
    link: MatchSource
    now: datetime
    note: Callable[[str], None]  # called with each value that was kept instead of overwritten

    @property
    def source(self) -> str:
        return self.link.source

    @property
    def result(self) -> Result:
        """The reported result with our home and away sides."""
        return self.row.result.mirrored() if self.link.flipped else self.row.result

    def has_other_kickoff(self, match: Match) -> bool:
        """Return True if the reported kickoff differs from that of the match, or adds its unknown time.

        If only a day is reported, compares the days. Always False if the reported status is e.g. postponed,
        because the kickoff is then ignored (see _WITH_KICKOFF).
        """
        if self.row.result.status not in _WITH_KICKOFF:
            return False
        difference = match.kickoff_at - self.row.kickoff_at
        if self.row.day_only:
            return not _DAY[0] <= difference < _DAY[1]
        return bool(difference) or not match.kickoff_time_known

    def new_stage(self, match: Match, *, may_overwrite: bool) -> StageHint | None:
        """Return the reported stage and group if the match should be assigned to them, else None.

        A reported stage of a known kind replaces one of an unknown kind, and a reported group completes the
        stage of a match without a group. All other changes require `may_overwrite`.
        """
        hint = self.row.stage
        if hint is None or hint.kind == UNKNOWN:
            return None
        if match.stage.kind == UNKNOWN:
            return hint
        if self.row.place == (match.stage.name, match.group):
            return None
        completes = hint.name == match.stage.name and not match.group
        return hint if completes or may_overwrite else None

    def has_new_leg(self, match: Match) -> bool:
        return match.leg is None and self.row.leg is not None

    def note_kept_kickoff(self, match: Match) -> None:
        reported = kickoff_text(self.row.kickoff_at, time_known=not self.row.day_only)
        recorded = kickoff_text(match.kickoff_at, time_known=match.kickoff_time_known)
        self.note(
            f"Reported kickoff {reported}; the recorded kickoff, {recorded}, was kept."
            " If it is wrong, move it in the admin."
        )

    def record(self, result: Result, *, reason: str = "") -> list[str]:
        """Record the result from this source. Raises InvalidResult.

        Returns ["recorded"], or [] if the match has this result already.
        """
        revision = record_result(
            match_id=self.link.match_id,
            result=result,
            source=self.source,
            recorded_at=self.now,
            reason=reason,
        )
        return ["recorded"] if revision else []


class Policy(Protocol):
    """Rules for what a row may overwrite.

    A method that keeps a recorded value can explain this to the user with `reported.note`. The methods raise
    the same errors as `apply_row`.
    """

    def withdraw_result(self, reported: ReportedMatch, match: Match) -> list[str] | None:
        """Apply a row that withdraws a result recorded from its source, and return what was done.

        Return None for any other row.
        """

    def may_change_stage(self, reported: ReportedMatch, match: Match) -> bool:
        """Return True if the recorded stage and group may be overwritten."""

    def may_move_kickoff(self, reported: ReportedMatch, match: Match) -> bool:
        """Return True if the recorded kickoff may be overwritten."""

    def apply_result(self, reported: ReportedMatch, match: Match) -> list[str]:
        """Record the status and the result if they may be overwritten; return what was done."""


def apply_row(reported: ReportedMatch, policy: Policy) -> list[str]:
    """Apply the row to its match; return what was done, e.g. ["assigned", "moved", "recorded"].

    Raises one of ROW_ERRORS or an error of the policy; then the caller must roll back.
    """
    locked = Match.objects.select_for_update(of=["self"]).select_related("season", "stage")
    match = locked.get(pk=reported.link.match_id)
    return [*_apply_stage(reported, match, policy), *_apply_rest(reported, match, policy)]


def _apply_stage(reported: ReportedMatch, match: Match, policy: Policy) -> list[str]:
    """Assign the match to the reported stage, group and leg if they are new and the policy allows it.

    Returns ["assigned"], or [] if nothing changed.
    """
    hint = reported.new_stage(match, may_overwrite=policy.may_change_stage(reported, match))
    if hint is None and not reported.has_new_leg(match):
        return []
    stage, group = stage_and_group(match.season, hint) if hint else (match.stage, match.group)
    assign(match, stage, group=group, leg=match.leg or reported.row.leg)
    return ["assigned"]


def _apply_rest(reported: ReportedMatch, match: Match, policy: Policy) -> list[str]:
    withdrawn = policy.withdraw_result(reported, match)
    if withdrawn is None:
        if moved := _apply_kickoff(reported, match, policy):
            match.refresh_from_db()
        return [*moved, *policy.apply_result(reported, match)]
    if withdrawn:
        match.refresh_from_db()
        return [*withdrawn, *_apply_kickoff(reported, match, policy)]
    return []


def _apply_kickoff(reported: ReportedMatch, match: Match, policy: Policy) -> list[str]:
    if not reported.has_other_kickoff(match) or not policy.may_move_kickoff(reported, match):
        return []
    move = move_kickoff(
        match_id=match.pk,
        kickoff_at=reported.row.kickoff_at,
        time_known=not reported.row.day_only,
        source=reported.source,
        moved_at=reported.now,
        reason=reported.row.reason,
        reschedule=match.status in POSTPONED_OR_SUSPENDED and reported.row.result.status == Status.SCHEDULED,
        trusted=False,
    )
    if move is None and match.kickoff_at != reported.row.kickoff_at:
        reported.note_kept_kickoff(match)
        return []
    return ["moved"]
