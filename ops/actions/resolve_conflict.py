"""Admin action that resolves conflicting feed results; the decision is recorded with its reason."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils import timezone

from core.admin.actions import ActionRefused, ConfirmedAction, Outcome
from matches.feeds.sync.agreement_rules import ReportedResult
from matches.feeds.sync.reported_results import overrule
from matches.models import Match
from matches.result import in_words
from ops.actions.result import store_result
from ops.actions.stale_form import UnchangedMatchForm, match_state, require_unchanged
from ops.conflicts import Conflict, conflict_of

KEEP = "as recorded"
STATE_SEPARATOR = "; "


class ConflictForm(UnchangedMatchForm):
    """Choice between the results reported by feeds and the recorded result."""

    choice = forms.ChoiceField(label="what is right", widget=forms.RadioSelect)
    field_order = ["choice", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["choice"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = self.initial.get("choices", [])


class ResolveConflict(ConfirmedAction):
    name, label, form_class, on_selection = "decide", "Decide result", ConflictForm, False

    def effects(self, rows: Sequence[Match]) -> list[str]:
        (match,) = rows
        conflict = conflict_of(match, now=timezone.now())
        if conflict is None:
            return ["All feeds agree with the recorded result: there is nothing to decide."]
        return [
            *(_in_words(report) for report in conflict.reports),
            f"Recorded: {conflict.recorded or 'nothing yet'}; {conflict.text}.",
            "Your choice is recorded with your name and reason; scores, leaderboards and roundup follow.",
            "Feeds that report another result are overruled until they report a different one.",
            "If none of them is right, use Change result, then decide for the recorded result.",
        ]

    def initial(self, rows: Sequence[Match]) -> dict[str, Any]:
        (match,) = rows
        conflict = conflict_of(match, now=timezone.now())
        return {"choices": _choices(conflict), "seen": lambda: _state(match)}

    def run(self, rows: Sequence[Match], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (match,) = rows
        _require_same_reports(match, data["seen"])
        conflict = conflict_of(match, now=at)
        if conflict is None:
            raise ActionRefused("By now, all feeds agree with the recorded result. Nothing was changed.")
        if data["choice"] != KEEP:
            report = next(each for each in conflict.reports if each.source == data["choice"])
            store_result(match, report.result, by=by, at=at, reason=data["reason"])
        overruled = overrule(match.pk, at=at)
        return Outcome(rows, f"{match}: decided. Feeds overruled: {', '.join(overruled) or 'none'}.")

    def offered_for(self, row: Match) -> bool:
        return conflict_of(row, now=timezone.now()) is not None


def _in_words(report: ReportedResult) -> str:
    since = f"{report.first_reported_at:%Y-%m-%d %H:%M} UTC"
    return f"{report.source} reports {in_words(report.result)}, since {since}."


def _choices(conflict: Conflict | None) -> list[tuple[str, str]]:
    if conflict is None:
        return []
    reported = [
        (report.source, f"{in_words(report.result)}, as {report.source} reports")
        for report in conflict.reports
    ]
    recorded = conflict.recorded
    return [*reported, (KEEP, f"{recorded}, as recorded")] if recorded else reported


def _require_same_reports(match: Match, seen: str) -> None:
    """Lock the match row until the end of the transaction.

    Raises ActionRefused if the match or a reported result changed since the form was shown.
    """
    require_unchanged(match, seen.partition(STATE_SEPARATOR)[0])
    if seen != _state(match):
        raise ActionRefused(
            "A feed reports something else now. Nothing was changed; please check and submit again.",
            field="seen",
        )


def _state(match: Match) -> str:
    """Return a token for the state of the match and the result that each feed reports."""
    conflict = conflict_of(match, now=timezone.now())
    reports = conflict.reports if conflict else []
    texts = sorted(
        f"{each.source} {in_words(each.result)} {each.first_reported_at.isoformat()}" for each in reports
    )
    return STATE_SEPARATOR.join([match_state(match), *texts])
