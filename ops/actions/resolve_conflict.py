"""Admin action that resolves conflicting feed results; the decision is recorded with its reason."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils import timezone

from core.admin.actions import ActionRefused, ConfirmedAction, Outcome
from matches.feeds.sync.agreement_rules import ReportedResult, in_words
from matches.feeds.sync.reported_results import overrule
from matches.models import Match
from matches.result import InvalidResult
from matches.services.results import ADMIN_SOURCE, record_result
from ops.actions.stale_form import UnchangedMatchForm, match_state, require_unchanged
from ops.conflicts import Conflict, conflict_of

KEEP = "as recorded"
AND = "; "


class DecideForm(UnchangedMatchForm):
    """Choice between the results reported by feeds and the recorded result."""

    choice = forms.ChoiceField(label="what is right", widget=forms.RadioSelect)
    field_order = ["choice", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["choice"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = self.initial.get("choices", [])


class DecideResult(ConfirmedAction):
    name, label, form_class, on_selection = "decide", "Decide result", DecideForm, False

    def effects(self, rows: Sequence[Match]) -> list[str]:
        (match,) = rows
        open_about = conflict_of(match, now=timezone.now())
        if open_about is None:
            return ["No feed claims anything else than what is recorded: there is nothing to decide."]
        return [
            *(_in_words(claim) for claim in open_about.claims),
            f"Recorded is {open_about.recorded or 'nothing yet'}: {open_about.text}.",
            "What you choose is recorded with your name and reason; scores, boards and roundup follow.",
            "The feeds that say otherwise are overruled, until they change their mind.",
            "If none of them is right, use Correct result, then decide for what is recorded.",
        ]

    def initial(self, rows: Sequence[Match]) -> dict[str, Any]:
        (match,) = rows
        open_about = conflict_of(match, now=timezone.now())
        return {"choices": _choices(open_about), "seen": lambda: _seen(match)}

    def run(self, rows: Sequence[Match], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (match,) = rows
        _require_seen(match, data["seen"])
        open_about = conflict_of(match, now=at)
        if open_about is None:
            raise ActionRefused("No feed claims anything else than what is recorded any more.")
        if data["choice"] != KEEP:
            self._record(match, open_about, by=by, at=at, data=data)
        overruled = overrule(match.pk, at=at)
        return Outcome(rows, f"{match}: decided. Feeds overruled: {', '.join(overruled) or 'none'}.")

    def _record(
        self, match: Match, open_about: Conflict, *, by: User, at: datetime, data: dict[str, Any]
    ) -> None:
        claim = next(each for each in open_about.claims if each.source == data["choice"])
        try:
            record_result(
                match_id=match.pk,
                result=claim.result,
                source=ADMIN_SOURCE,
                recorded_at=at,
                reason=data["reason"],
                recorded_by=by,
            )
        except InvalidResult as invalid:
            raise ActionRefused(str(invalid), field="choice") from invalid

    def offered_for(self, row: Match) -> bool:
        return conflict_of(row, now=timezone.now()) is not None


def _in_words(claim: ReportedResult) -> str:
    return (
        f"{claim.source} says {in_words(claim.result)}, since {claim.first_reported_at:%Y-%m-%d %H:%M} UTC."
    )


def _choices(open_about: Conflict | None) -> list[tuple[str, str]]:
    if open_about is None:
        return []
    said = [
        (claim.source, f"{in_words(claim.result)}, as {claim.source} says") for claim in open_about.claims
    ]
    recorded = open_about.recorded
    return [*said, (KEEP, f"{recorded}, as recorded")] if recorded else said


def _require_seen(match: Match, seen: str) -> None:
    """Lock the match. Raises ActionRefused if it or a feed's result changed since the form was shown."""
    require_unchanged(match, seen.partition(AND)[0])
    if seen != _seen(match):
        raise ActionRefused(
            "A feed says something else by now; look again. Nothing was changed.", field="seen"
        )


def _seen(match: Match) -> str:
    """Return a token for the state of the match and the result that each feed reports."""
    open_about = conflict_of(match, now=timezone.now())
    claims = open_about.claims if open_about else []
    said = sorted(
        f"{claim.source} {in_words(claim.result)} {claim.first_reported_at.isoformat()}" for claim in claims
    )
    return AND.join([match_state(match), *said])
