"""Admin action that moves the kickoff of a match."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.contrib.auth.models import User

from core.admin.actions import ActionRefused, ConfirmedAction, Outcome
from matches.kickoff_days import kickoff_text
from matches.models import Match, Prediction
from matches.result import InvalidResult
from matches.services.kickoffs import InvalidKickoff, move_kickoff
from matches.services.results import ADMIN_SOURCE
from matches.statuses import Status
from ops.actions.stale_form import UnchangedMatchForm, match_state, require_unchanged


class KickoffForm(UnchangedMatchForm):
    kickoff_at = forms.SplitDateTimeField(label="new kickoff", help_text="UTC.", widget=AdminSplitDateTime())
    day_only = forms.BooleanField(
        required=False,
        label="only the day is known",
        help_text="Pages show no time. Enter the beginning of the day: predictions lock then.",
    )
    reschedule = forms.BooleanField(
        required=False, label="scheduled again", help_text="The match is on: its status becomes scheduled."
    )
    field_order = ["kickoff_at", "day_only", "reschedule", "reason"]


class MoveKickoff(ConfirmedAction):
    name, label, form_class, on_selection = "kickoff", "Move kickoff", KickoffForm, False

    def effects(self, rows: Sequence[Match]) -> list[str]:
        (match,) = rows
        live = Prediction.objects.filter(match=match, provenance=Prediction.Provenance.LIVE).count()
        doubt = ["The kickoff is in doubt. Saving a kickoff here, even the same one, confirms it."]
        recorded = kickoff_text(match.kickoff_at, time_known=match.kickoff_time_known)
        return [
            *(doubt if match.is_kickoff_in_doubt else []),
            f"Recorded now: {match.status}, kickoff {recorded}.",
            "The lock moves with the kickoff.",
            f"Live predictions received: {live}. Those received after the new kickoff do not count; each"
            " forecaster's last one before it does. None is deleted: moved back, they count again.",
            "A kickoff in the future opens the match for predictions. A settled match is scored again.",
        ]

    def initial(self, rows: Sequence[Match]) -> dict[str, Any]:
        (match,) = rows
        return {
            "kickoff_at": match.kickoff_at,
            "day_only": not match.kickoff_time_known,
            "reschedule": match.status == Status.POSTPONED,
            "seen": lambda: match_state(match),
        }

    def run(self, rows: Sequence[Match], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (match,) = rows
        require_unchanged(match, data.pop("seen"))
        was_in_doubt, time_known = match.is_kickoff_in_doubt, not data.pop("day_only")
        is_time_known_changed = time_known != match.kickoff_time_known
        try:
            move = move_kickoff(
                match_id=match.pk,
                source=ADMIN_SOURCE,
                moved_at=at,
                moved_by=by,
                time_known=time_known,
                **data,
            )
        except InvalidKickoff as invalid:
            raise ActionRefused(str(invalid), field="kickoff_at") from invalid
        except InvalidResult as invalid:
            raise ActionRefused(str(invalid), field="reschedule") from invalid
        if move is None and not (data["reschedule"] or was_in_doubt or is_time_known_changed):
            raise ActionRefused(
                "The match already has this kickoff; nothing was changed.", field="kickoff_at"
            )
        return Outcome(rows, f"Kickoff is {kickoff_text(data['kickoff_at'], time_known=time_known)}.")
