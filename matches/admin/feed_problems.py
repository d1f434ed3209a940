"""Admin of feed data that was not applied, and of reports that need a decision by an operator."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpRequest

from core.admin.actions import ActionRefused, ActionsAdmin, ConfirmedAction, Outcome, ReadOnlyAdmin
from matches.admin.shared import OpenFilter
from matches.feeds.sync import withdrawals
from matches.models import FeedProblem, Match
from matches.result import InvalidResult
from matches.services import kickoff_doubts
from matches.services.kickoffs import InvalidKickoff, move_kickoff
from matches.services.results import ADMIN_SOURCE, locked_match

MATCH_PERMISSION = "matches.change_match"  # required for decisions, besides the permission for problems


def _is_open(problem: FeedProblem) -> bool:
    return problem.ended_at is None and problem.dismissed_at is None


class Decision(ConfirmedAction):
    """Base class of the two decisions on a feed problem: confirm the feed's report, or reject it."""

    on_selection = False

    def offered_for(self, row: FeedProblem) -> bool:
        return row.is_decision and _is_open(row)

    def run(self, rows: Sequence[FeedProblem], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (problem,) = rows
        match = _locked(problem)
        return Outcome(rows, self.decide(problem, match, by=by, at=at, reason=data["reason"]))

    def decide(self, problem: FeedProblem, match: Match, *, by: User, at: datetime, reason: str) -> str:
        """Carry out the decision and return a message that describes what was done."""
        raise NotImplementedError


class Confirm(Decision):
    name, label = "confirm", "Confirm"

    def effects(self, rows: Sequence[FeedProblem]) -> list[str]:
        (problem,) = rows
        if problem.kind == FeedProblem.Kind.RESULT:
            return [problem.text, "The result is withdrawn. Its points leave the leaderboards."]
        return [
            problem.text,
            "The kickoff of the match stays as reported. Predictions received after it do not count; all"
            " predictions are public from that kickoff on.",
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
            return [
                problem.text,
                "The result stays, also if the feed repeats its report or a second feed agrees.",
            ]
        return [
            problem.text,
            "The previous kickoff is restored. If it is in the future, predictions are accepted again.",
            "The source cannot move this kickoff again; differences are listed as problems.",
        ]

    def decide(self, problem: FeedProblem, match: Match, *, by: User, at: datetime, reason: str) -> str:
        if problem.kind == FeedProblem.Kind.RESULT:
            withdrawals.reject(problem, at=at)
            return f"The result of {match} stays."
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


def _locked(problem: FeedProblem) -> Match:
    """Lock the row of the problem's match and return the match.

    Raises ActionRefused if the problem was closed in the meantime.
    """
    assert problem.match_id is not None  # a constraint
    match = locked_match(problem.match_id)
    problem.refresh_from_db()
    if not _is_open(problem):
        raise ActionRefused("This problem was closed in the meantime; nothing was changed.")
    return match


class Dismiss(ConfirmedAction):
    name, label = "dismiss", "Dismiss"

    def effects(self, rows: Sequence[FeedProblem]) -> list[str]:
        return [
            f"Problems that are no longer shown as open: {len(rows)}. Nothing else changes.",
            "A problem opens again if its text changes, or if it occurs again after it had ended.",
        ]

    def run(self, rows: Sequence[FeedProblem], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        able = [row for row in rows if not row.is_decision]
        for row in able:
            row.dismissed_at = at
            row.save(update_fields=["dismissed_at"])
        left = [f"{row}: confirm or reject this problem on its page." for row in rows if row.is_decision]
        return Outcome(able, f"Problems dismissed: {len(able)}." if able else "", left)

    def offered_for(self, row: FeedProblem) -> bool:
        return not row.is_decision and _is_open(row)


class OpenProblemsFilter(OpenFilter):
    open_rows = Q(ended_at__isnull=True, dismissed_at__isnull=True)


@admin.register(FeedProblem)
class FeedProblemAdmin(ReadOnlyAdmin, ActionsAdmin):
    """Admin of feed data that was not applied, and of reports that need a decision by an operator.

    A problem is closed when its cause is gone, or by an action of an operator.
    """

    operations = [Confirm(), Reject(), Dismiss()]
    list_display = ["text", "kind", "about", "subscription", "times", "last_seen_at"]
    list_display_links = ["text"]
    list_filter = [OpenProblemsFilter, "kind", "subscription__feed"]
    list_select_related = ["subscription__feed", "match__home_team", "match__away_team"]
    search_fields = ["about", "text", "=match__id"]

    def may_operate(self, request: HttpRequest, operation: ConfirmedAction, row: Any = None) -> bool:
        if isinstance(operation, Decision) and not request.user.has_perm(MATCH_PERMISSION):
            return False
        return super().may_operate(request, operation, row)
