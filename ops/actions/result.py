"""Admin actions that record a new result of a match: Void and Change result."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils import timezone

from content.models import Roundup
from core.admin.actions import ActionRefused, ConfirmedAction, Outcome
from matches.kickoff_days import kickoff_text
from matches.models import Match, Prediction
from matches.result import EARLY_HOURS, MAX_GOALS, MAX_PENALTIES, InvalidResult, Result, in_words
from matches.services.results import ADMIN_SOURCE, record_result
from matches.statuses import VOID, Award, Status
from ops.actions.stale_form import UnchangedMatchForm, match_state, require_unchanged
from scoring.models import Settlement


def store_result(match: Match, result: Result, *, by: User, at: datetime, reason: str) -> bool:
    """Record the result and return True, or return False if the match already has this result.

    Raises ActionRefused if the result is invalid.
    """
    try:
        revision = record_result(
            match_id=match.pk,
            result=result,
            source=ADMIN_SOURCE,
            recorded_at=at,
            reason=reason,
            recorded_by=by,
        )
    except InvalidResult as invalid:
        raise ActionRefused(str(invalid), field=invalid.field) from invalid
    return revision is not None


def _store_new_result(match: Match, result: Result, *, by: User, at: datetime, reason: str) -> None:
    """Record the result. Raises ActionRefused if it is invalid or equals the recorded one."""
    if not store_result(match, result, by=by, at=at, reason=reason):
        raise ActionRefused("The match already has this result; nothing was changed.")


def _consequences(match: Match) -> list[str]:
    """Describe how a new result affects this match: result version, settlement, predictions, roundup."""
    current = Settlement.objects.filter(match=match, superseded_at__isnull=True).first()
    predictions = Prediction.objects.current().filter(match=match).count()
    effects = [
        f"Recorded now: {in_words(match)}.",
        f"Result version {match.result_version + 1} is recorded with your name; earlier ones stay readable.",
    ]
    if current:
        effects.append(
            f"Settlement {current.number} becomes history, and its points are removed from the leaderboards."
        )
    effects.append(f"All predictions ({predictions}) are scored again, then the leaderboards are refreshed.")
    if Roundup.objects.filter(match=match, status=Roundup.Status.PUBLISHED).exists():
        effects.append("The published roundup is replaced by a new one.")
    return effects


def _award() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="awarded to",
        choices=Award.choices,
        required=False,
        help_text="Only with the status awarded. Without a score, the table counts 3-0; if both lose, 0-3 for"
        " both.",
    )


class VoidForm(UnchangedMatchForm):
    status = forms.ChoiceField(choices=[(status.value, status.label) for status in VOID])
    award = _award()
    field_order = ["status", "award", "reason"]


class Void(ConfirmedAction):
    name, label, form_class, on_selection = "void", "Void", VoidForm, False

    def effects(self, rows: Sequence[Match]) -> list[str]:
        return ["No prediction of this match earns points; it is shown as void.", *_consequences(rows[0])]

    def initial(self, rows: Sequence[Match]) -> dict[str, Any]:
        return {"seen": lambda: match_state(rows[0])}

    def run(self, rows: Sequence[Match], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (match,) = rows
        require_unchanged(match, data["seen"])
        changed = {"status": data["status"], "award": data["award"]}
        result = Result(**{**Result.of(match).as_columns(), **changed})
        _store_new_result(match, result, by=by, at=at, reason=data["reason"])
        return Outcome(rows, f"{match} is {in_words(result)}: no points.")

    def offered_for(self, row: Match) -> bool:
        return not row.is_void


def _goals(label: str, limit: int = MAX_GOALS) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=limit)


class ResultForm(UnchangedMatchForm):
    """Form with all fields of a result. It checks ranges only; record_result() checks the combination."""

    status = forms.ChoiceField(choices=Status.choices)
    home_score = _goals("home, 90 minutes")
    away_score = _goals("away, 90 minutes")
    home_score_aet = _goals("home, after extra time")
    away_score_aet = _goals("away, after extra time")
    home_penalties = _goals("home, shootout", MAX_PENALTIES)
    away_penalties = _goals("away, shootout", MAX_PENALTIES)
    award = _award()
    field_order = list(Result.__dataclass_fields__)


class ChangeResult(ConfirmedAction):
    name, label, form_class, on_selection = "correct", "Change result", ResultForm, False

    def effects(self, rows: Sequence[Match]) -> list[str]:
        return [*_consequences(rows[0]), *_early_warning(rows[0]), *_prefilled_warning(rows[0])]

    def initial(self, rows: Sequence[Match]) -> dict[str, Any]:
        return {**Result.of(rows[0]).as_columns(), "seen": lambda: match_state(rows[0])}

    def run(self, rows: Sequence[Match], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (match,) = rows
        require_unchanged(match, data["seen"])
        result = Result(**{name: data[name] for name in Result.__dataclass_fields__})
        _store_new_result(match, result, by=by, at=at, reason=data["reason"])
        recorded = f"Recorded: {in_words(result)}"
        return Outcome(rows, f"{recorded}; scores, leaderboards and roundup will be updated.")


def _early_warning(match: Match) -> list[str]:
    """Return a list with a warning that some statuses cannot be recorded before the kickoff.

    After the kickoff the list is empty.
    """
    if match.kickoff_at <= timezone.now():
        return []
    kickoff = kickoff_text(match.kickoff_at, time_known=match.kickoff_time_known)
    return [
        f"The kickoff, {kickoff}, is in the future. Until then it cannot be finished; it can be live,"
        f" suspended or abandoned in the last {EARLY_HOURS} hours before it. If it began earlier, move the"
        " kickoff first."
    ]


def _prefilled_warning(match: Match) -> list[str]:
    """Return warnings about fields that are prefilled from the previous result and may have to be cleared."""
    warnings = ["A match that is scheduled or postponed again has no score: clear those fields."]
    if match.award:
        warnings.append(
            "The award is recorded as shown in the form: clear it unless the match stays awarded."
        )
    if match.home_score_aet is not None or match.home_penalties is not None:
        warnings.append(
            "Extra time and shootout are recorded as shown in the form: clear what did not happen."
        )
    return warnings
