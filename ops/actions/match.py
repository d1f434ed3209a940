"""Admin actions on a match. They call the same services as feeds and workers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.contrib.auth.models import User
from django.utils import timezone

from content.models import Roundup
from content.roundups.jobs import request_rewrite
from core.admin.actions import ActionRefused, ConfirmedAction, Outcome
from core.admin.delete import Delete
from matches.models import Match, Prediction
from matches.result import EARLY_HOURS, MAX_GOALS, MAX_PENALTIES, InvalidResult, Result, score_text
from matches.services.kickoffs import InvalidKickoff, move_kickoff
from matches.services.results import ADMIN_SOURCE, record_result
from matches.statuses import SETTLED, VOID, Status
from ops.actions.resolve_conflict import DecideResult
from ops.actions.stale_form import UnchangedMatchForm, match_state, require_unchanged
from scoring.jobs import request_scoring
from scoring.models import Settlement
from stats.jobs import NOW, request_refresh


def is_settled(match: Match) -> bool:
    """Return True if the match has ended, or has a current settlement that scoring would withdraw."""
    return (
        match.status in SETTLED or Settlement.objects.filter(match=match, superseded_at__isnull=True).exists()
    )


class Rescore(ConfirmedAction):
    name, label = "rescore", "Rescore"

    def effects(self, rows: Sequence[Match]) -> list[str]:
        able = [match for match in rows if match.status in SETTLED]
        predictions = Prediction.objects.current().filter(match__in=able).count()
        return [
            f"{len(able)} of {len(rows)} have ended: a scoring job each, {predictions} predictions in all.",
            "The job of a match that is settled on its newest result and all predictions is skipped.",
            "Where something changed, it is settled anew; boards and roundup follow by themselves.",
        ]

    def run(self, rows: Sequence[Match], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        able = [match for match in rows if is_settled(match)]
        if not able:
            raise ActionRefused("None of these matches has ended: there is nothing to score.")
        request_scoring(able, now=at)
        return Outcome(able, f"Matches queued for scoring: {len(able)}.")

    def offered_for(self, row: Match) -> bool:
        return is_settled(row)


class RefreshViews(ConfirmedAction):
    name, label, on_selection = "refresh", "Refresh views", False

    def effects(self, rows: Sequence[Match]) -> list[str]:
        return [
            "Every settlement not counted yet is counted, and all views are refreshed, for every match.",
            "Where a refresh waits already, it is shared.",
        ]

    def run(self, rows: Sequence[Match], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (run_id,) = request_refresh(now=at, delay=NOW)
        return Outcome(rows, f"A refresh is queued as job #{run_id}.")


class RewriteRoundup(ConfirmedAction):
    name, label = "rewrite", "Rewrite roundup"

    def effects(self, rows: Sequence[Match]) -> list[str]:
        published = Roundup.objects.filter(match__in=rows, status=Roundup.Status.PUBLISHED).count()
        return [
            f"{len(rows)} roundups are queued to be written; {published} published ones become history.",
            "The text is made from the facts in the database as they are then; nobody edits it by hand.",
        ]

    def run(self, rows: Sequence[Match], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        able = [match for match in rows if match.status in SETTLED]
        if not able:
            raise ActionRefused("None of these matches has ended: there is nothing to write about.")
        request_rewrite([match.pk for match in able], now=at)
        return Outcome(able, f"Roundups queued: {len(able)}.")

    def offered_for(self, row: Match) -> bool:
        return row.status in SETTLED


def _store(match: Match, result: Result, *, by: User, at: datetime, reason: str) -> None:
    """Record the result. Raises ActionRefused if it is invalid or equals the recorded one."""
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
    if revision is None:
        raise ActionRefused("That is the result which the match has already; nothing was changed.")


def _consequences(match: Match) -> list[str]:
    """Describe the effects of a new result, with the numbers of this match."""
    current = Settlement.objects.filter(match=match, superseded_at__isnull=True).first()
    predictions = Prediction.objects.current().filter(match=match).count()
    said = [
        f"So far: {match.status} {score_text(match)}.",
        f"Result version {match.result_version + 1} is recorded with your name; former ones stay readable.",
    ]
    if current:
        said.append(f"Settlement {current.number} becomes history, and its points leave the leaderboards.")
    said.append(f"{predictions} predictions are judged anew, then the boards are refreshed.")
    if Roundup.objects.filter(match=match, status=Roundup.Status.PUBLISHED).exists():
        said.append("The published roundup is superseded by a new one.")
    return said


class VoidForm(UnchangedMatchForm):
    status = forms.ChoiceField(choices=[(status.value, status.label) for status in VOID])
    field_order = ["status", "reason"]


class Void(ConfirmedAction):
    name, label, form_class, on_selection = "void", "Void", VoidForm, False

    def effects(self, rows: Sequence[Match]) -> list[str]:
        return ["No prediction of this match earns points; it is shown as void.", *_consequences(rows[0])]

    def initial(self, rows: Sequence[Match]) -> dict[str, Any]:
        return {"seen": lambda: match_state(rows[0])}

    def run(self, rows: Sequence[Match], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (match,) = rows
        require_unchanged(match, data["seen"])
        result = Result(**{**Result.of(match).as_columns(), "status": data["status"]})
        _store(match, result, by=by, at=at, reason=data["reason"])
        return Outcome(rows, f"{match} is {data['status']}: no points.")

    def offered_for(self, row: Match) -> bool:
        return not row.is_void


def _goals(label: str, limit: int = MAX_GOALS) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=limit)


class ResultForm(UnchangedMatchForm):
    """All fields of a result. The form checks only ranges; the service validates the combination."""

    status = forms.ChoiceField(choices=Status.choices)
    home_score = _goals("home, 90 minutes")
    away_score = _goals("away, 90 minutes")
    home_score_aet = _goals("home, after extra time")
    away_score_aet = _goals("away, after extra time")
    home_penalties = _goals("home, shootout", MAX_PENALTIES)
    away_penalties = _goals("away, shootout", MAX_PENALTIES)
    field_order = list(Result.__dataclass_fields__)


class CorrectResult(ConfirmedAction):
    name, label, form_class, on_selection = "correct", "Correct result", ResultForm, False

    def effects(self, rows: Sequence[Match]) -> list[str]:
        return [*_consequences(rows[0]), *_early_warning(rows[0]), *_prefilled_warning(rows[0])]

    def initial(self, rows: Sequence[Match]) -> dict[str, Any]:
        return {**Result.of(rows[0]).as_columns(), "seen": lambda: match_state(rows[0])}

    def run(self, rows: Sequence[Match], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (match,) = rows
        require_unchanged(match, data["seen"])
        result = Result(**{name: data[name] for name in Result.__dataclass_fields__})
        _store(match, result, by=by, at=at, reason=data["reason"])
        said = f"Recorded: {result.status} {score_text(result)}; scores, boards and roundup follow."
        return Outcome(rows, said)


def _early_warning(match: Match) -> list[str]:
    """Warn about statuses that cannot be recorded before the kickoff; empty if it has passed."""
    if match.kickoff_at <= timezone.now():
        return []
    return [
        f"Its kickoff, {match.kickoff_at:%Y-%m-%d %H:%M} UTC, lies ahead: before it, the match cannot be"
        f" finished, nor live, suspended or abandoned more than {EARLY_HOURS} hours before it. Where it began"
        " earlier, move the kickoff first."
    ]


def _prefilled_warning(match: Match) -> list[str]:
    """Point out fields prefilled from the previous result that should not be kept by accident."""
    said = ["A match that is scheduled or postponed again has no score: empty the fields."]
    if match.home_score_aet is not None or match.home_penalties is not None:
        said.append("Extra time and shootout are recorded as the form shows them: empty what did not happen.")
    return said


class KickoffForm(UnchangedMatchForm):
    kickoff_at = forms.SplitDateTimeField(label="new kickoff", help_text="UTC.", widget=AdminSplitDateTime())
    reschedule = forms.BooleanField(
        required=False, label="scheduled again", help_text="The match is on: its status becomes scheduled."
    )
    field_order = ["kickoff_at", "reschedule", "reason"]


class MoveKickoff(ConfirmedAction):
    name, label, form_class, on_selection = "kickoff", "Move kickoff", KickoffForm, False

    def effects(self, rows: Sequence[Match]) -> list[str]:
        (match,) = rows
        live = Prediction.objects.filter(match=match, provenance=Prediction.Provenance.LIVE).count()
        doubt = ["Its kickoff is in doubt. What is saved here ends that, also if it is the same."]
        return [
            *(doubt if match.is_kickoff_in_doubt else []),
            f"So far: {match.status}, kickoff {match.kickoff_at:%Y-%m-%d %H:%M} UTC. The lock moves with it.",
            f"{live} live picks were received. Those received after the new kickoff do not count; the last"
            " one before it of each forecaster does. None is deleted: moved back, they count again.",
            "A kickoff that lies ahead opens the match for predictions. A settled match is scored anew.",
        ]

    def initial(self, rows: Sequence[Match]) -> dict[str, Any]:
        (match,) = rows
        return {
            "kickoff_at": match.kickoff_at,
            "reschedule": match.status == Status.POSTPONED,
            "seen": lambda: match_state(match),
        }

    def run(self, rows: Sequence[Match], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (match,) = rows
        require_unchanged(match, data.pop("seen"))
        was_in_doubt = match.is_kickoff_in_doubt
        try:
            move = move_kickoff(match_id=match.pk, source=ADMIN_SOURCE, moved_at=at, moved_by=by, **data)
        except InvalidKickoff as invalid:
            raise ActionRefused(str(invalid), field="kickoff_at") from invalid
        except InvalidResult as invalid:
            raise ActionRefused(str(invalid), field="reschedule") from invalid
        if move is None and not data["reschedule"] and not was_in_doubt:
            raise ActionRefused("That is its kickoff already; nothing was changed.", field="kickoff_at")
        return Outcome(rows, f"Kickoff is {data['kickoff_at']:%Y-%m-%d %H:%M} UTC.")


OF_A_MATCH: list[ConfirmedAction] = [
    *[DecideResult(), CorrectResult(), Void(), MoveKickoff()],
    *[Rescore(), RefreshViews(), RewriteRoundup(), Delete()],
]
