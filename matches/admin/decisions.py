"""Admin actions on feed problems that need a decision: confirm what a feed or file reports, or reject it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest

from core.admin.actions import ActionRefused, ConfirmedAction, Outcome
from matches.feeds.sync import withdrawals
from matches.models import FeedProblem, Match
from matches.result import InvalidResult
from matches.services import kickoff_doubts
from matches.services.kickoffs import InvalidKickoff, move_kickoff
from matches.services.results import ADMIN_SOURCE, locked_match

MATCH_PERMISSION = "matches.change_match"  # needed besides the permission for problems


class Decision(ConfirmedAction):
    """Base class of the two decisions on a feed problem."""

    on_selection = False

    def offered_for(self, row: FeedProblem) -> bool:
        return row.is_decision and row.ended_at is None and row.dismissed_at is None

    def run(self, rows: Sequence[FeedProblem], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (problem,) = rows
        match = _locked(problem)
        return Outcome(rows, self.decide(problem, match, by=by, at=at, reason=data["reason"]))

    def decide(self, problem: FeedProblem, match: Match, *, by: User, at: datetime, reason: str) -> str:
        """Carry out the decision and return a sentence that reports it."""
        raise NotImplementedError


class Confirm(Decision):
    name, label = "confirm", "Confirm"

    def effects(self, rows: Sequence[FeedProblem]) -> list[str]:
        (problem,) = rows
        if problem.kind == FeedProblem.Kind.RESULT:
            return [problem.text, "The result is taken back. Its points leave the leaderboards."]
        return [
            problem.text,
            "The kickoff of the match stays as reported. Predictions received later do not count, and all are"
            " shown from that kickoff on.",
        ]

    def decide(self, problem: FeedProblem, match: Match, *, by: User, at: datetime, reason: str) -> str:
        if problem.kind == FeedProblem.Kind.KICKOFF:
            kickoff_doubts.end_doubt(match, at=at)
            return f"The kickoff of {match} is {match.kickoff_at:%Y-%m-%d %H:%M} UTC."
        try:
            return f"{match} is {withdrawals.confirm(problem, match, by=by, at=at, reason=reason)}."
        except InvalidResult as invalid:
            raise ActionRefused(str(invalid)) from invalid


class Reject(Decision):
    name, label = "reject", "Reject"

    def effects(self, rows: Sequence[FeedProblem]) -> list[str]:
        (problem,) = rows
        if problem.kind == FeedProblem.Kind.RESULT:
            return [problem.text, "The result stands, also if the feed repeats this or a second feed agrees."]
        return [
            problem.text,
            "The kickoff before is restored. If it lies ahead, the match takes predictions again.",
            "The source cannot move this kickoff again; differences are listed here.",
        ]

    def decide(self, problem: FeedProblem, match: Match, *, by: User, at: datetime, reason: str) -> str:
        if problem.kind == FeedProblem.Kind.RESULT:
            withdrawals.reject(problem, at=at)
            return f"The result of {match} stands."
        kickoff_at = kickoff_doubts.kickoff_before(match)
        assert kickoff_at is not None  # the problem is open, so the first move is stored
        try:
            move_kickoff(
                match_id=match.pk,
                kickoff_at=kickoff_at,
                source=ADMIN_SOURCE,
                moved_at=at,
                reason=reason,
                moved_by=by,
            )
        except InvalidKickoff as invalid:
            raise ActionRefused(str(invalid)) from invalid
        return f"The kickoff of {match} is {kickoff_at:%Y-%m-%d %H:%M} UTC again."


def may_decide(request: HttpRequest) -> bool:
    """Return True if the account may change matches."""
    return request.user.has_perm(MATCH_PERMISSION)


def _locked(problem: FeedProblem) -> Match:
    """Lock the match and return it. Raises ActionRefused if the problem was settled in the meantime."""
    assert problem.match_id is not None  # a constraint
    match = locked_match(problem.match_id)
    problem.refresh_from_db()
    if problem.ended_at is not None or problem.dismissed_at is not None:
        raise ActionRefused("This problem was settled in the meantime; nothing was changed.")
    return match
