"""Admin of feed problems: kickoffs and results that may be wrong, and feed data that was not applied."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from core.admin.actions import (
    ActionRefused,
    ActionsAdmin,
    ConfirmedAction,
    Outcome,
    ReadOnlyAdmin,
    ReasonForm,
)
from matches.admin.doubt_page import doubt_page
from matches.admin.shared import OpenFilter
from matches.feeds.sync import withdrawals
from matches.kickoff_days import kickoff_text
from matches.models import FeedProblem, Match
from matches.result import InvalidResult
from matches.services.kickoff_doubts import KickoffDoubt
from matches.services.kickoffs import InvalidKickoff, move_kickoff
from matches.services.results import ADMIN_SOURCE, locked_match

MATCH_PERMISSION = "matches.change_match"  # required for decisions, besides the permission for problems


def _is_open(problem: FeedProblem) -> bool:
    return problem.ended_at is None and problem.dismissed_at is None


class DoubtForm(ReasonForm):
    """Form to confirm or reject a report that puts a kickoff or a result in doubt.

    `seen` is the number of these reports when the form was shown. The decision is refused if there are more
    by now.
    """

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class DecideDoubt(ConfirmedAction):
    """Base class of the two actions on a doubt, which confirm or reject the newest report.

    A doubt is a kickoff or result that may be wrong.
    """

    form_class = DoubtForm
    on_selection = False

    def initial(self, rows: Sequence[FeedProblem]) -> dict[str, Any]:
        return {"seen": rows[0].times}

    def offered_for(self, row: FeedProblem) -> bool:
        return row.is_decision and _is_open(row)

    def run(self, rows: Sequence[FeedProblem], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (problem,) = rows
        match = _locked(problem)
        if data["seen"] not in (None, problem.times):
            raise ActionRefused("There is a newer report; nothing was changed. Open the page again.")
        return Outcome(rows, self.decide(problem, match, by=by, at=at, reason=data["reason"]))

    def decide(self, problem: FeedProblem, match: Match, *, by: User, at: datetime, reason: str) -> str:
        """Carry out the decision. Return a message that describes its effect."""
        raise NotImplementedError


class Confirm(DecideDoubt):
    name, label = "confirm", "Confirm"

    def effects(self, rows: Sequence[FeedProblem]) -> list[str]:
        (problem,) = rows
        if problem.kind == FeedProblem.Kind.RESULT:
            return [problem.text, "The result is withdrawn. Its points leave the leaderboards."]
        return [problem.text, *_effects_of(problem, self.label)]

    def decide(self, problem: FeedProblem, match: Match, *, by: User, at: datetime, reason: str) -> str:
        if problem.kind == FeedProblem.Kind.KICKOFF:
            doubt = _doubt_about(match)
            return _decide_kickoff(match, doubt, doubt.reported, by=by, at=at, reason=reason)
        try:
            return f"{match} is {withdrawals.confirm(problem, match, by=by, at=at, reason=reason)}."
        except InvalidResult as invalid:
            raise ActionRefused(str(invalid)) from invalid


class Reject(DecideDoubt):
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
            *_effects_of(problem, self.label),
            "If the source repeats its report, nothing is moved; the difference is listed as a problem.",
        ]

    def decide(self, problem: FeedProblem, match: Match, *, by: User, at: datetime, reason: str) -> str:
        if problem.kind == FeedProblem.Kind.RESULT:
            withdrawals.reject(problem, at=at)
            return f"The result of {match} stays."
        doubt = _doubt_about(match)
        return _decide_kickoff(match, doubt, doubt.other, by=by, at=at, reason=reason)


def _doubt_about(match: Match) -> KickoffDoubt:
    doubt = KickoffDoubt.about(match)
    assert doubt is not None  # the problem is open
    return doubt


def _decide_kickoff(
    match: Match, doubt: KickoffDoubt, kickoff_at: datetime, *, by: User, at: datetime, reason: str
) -> str:
    try:
        move_kickoff(
            match_id=match.pk,
            kickoff_at=kickoff_at,
            time_known=kickoff_at not in doubt.day_only,
            source=ADMIN_SOURCE,
            moved_at=at,
            reason=reason,
            moved_by=by,
        )
    except InvalidKickoff as invalid:
        raise ActionRefused(str(invalid)) from invalid
    shown = kickoff_text(kickoff_at, time_known=kickoff_at not in doubt.day_only)
    return f"The kickoff of {match} is {shown}."


def _effects_of(problem: FeedProblem, label: str) -> list[str]:
    page = doubt_page(problem, now=timezone.now())
    decisions = page.decisions if page else []
    return [effect for decision in decisions if decision.label == label for effect in decision.effects]


def _locked(problem: FeedProblem) -> Match:
    """Lock the row of the problem's match and return the match.

    Raises ActionRefused if the problem is no longer open.
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
    """Admin of feed problems: kickoffs and results that may be wrong, and feed data that was not applied.

    A problem is closed by an operator, or automatically when its cause is gone.
    """

    change_form_template = "admin/matches/feedproblem/change_form.html"
    operations = [Confirm(), Reject(), Dismiss()]
    list_display = ["text", "kind", "about", "subscription", "times", "last_seen_at"]
    list_display_links = ["text"]
    list_filter = [OpenProblemsFilter, "kind", "subscription__feed"]
    list_select_related = ["subscription__feed", "match__home_team", "match__away_team"]
    search_fields = ["about", "text", "=match__id"]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        problem = self.get_object(request, object_id)
        doubt = doubt_page(problem, now=timezone.now()) if problem else None
        context = {"doubt": doubt, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def may_operate(self, request: HttpRequest, operation: ConfirmedAction, row: Any = None) -> bool:
        if isinstance(operation, DecideDoubt) and not request.user.has_perm(MATCH_PERMISSION):
            return False
        return super().may_operate(request, operation, row)
