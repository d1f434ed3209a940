"""Optimistic locking for admin forms: reject a submission if the match changed since the form was shown."""

from typing import Any

from django import forms

from core.admin.actions import ActionRefused, ReasonForm
from matches.kickoff_days import kickoff_text
from matches.models import Match
from matches.result import score_text


class UnchangedMatchForm(ReasonForm):
    """Base form of admin actions on a match. The hidden field `seen` contains a token of the match's state.

    An error on `seen` means that the match changed after the form was shown. The form then displays a general
    error and puts the current token into `seen`, so that the next submission can succeed. `initial["seen"]`
    must be a function that returns the current token.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def add_error(self, field: str | None, error: Any) -> None:
        if field != "seen":
            super().add_error(field, error)
            return
        now_seen = self.get_initial_for_field(self.fields["seen"], "seen")
        self.data = {**self.data, "seen": now_seen}
        super().add_error(None, error)


def match_state(match: Match) -> str:
    """Return a token that changes with every new result and every new kickoff."""
    return f"{match.result_version} {match.kickoff_at.isoformat()}"


def require_unchanged(match: Match, seen: str) -> None:
    """Lock the match row until the end of the transaction and refresh `match` from it.

    Raises ActionRefused if the match is not in the state that the operator saw.
    """
    match.refresh_from_db(from_queryset=Match.objects.select_for_update())
    if seen != match_state(match):
        raise ActionRefused(
            f"The match was changed in the meantime. It is now {match.status} {score_text(match)}"
            f" (result version {match.result_version}), kickoff"
            f" {kickoff_text(match.kickoff_at, time_known=match.kickoff_time_known)}."
            " Nothing was saved; please check and submit again.",
            field="seen",
        )
