"""What an operator had before their eyes: an answer to a match that is no longer so is not carried out."""

from typing import Any

from django import forms

from core.admin.actions import ActionRefused, ReasonForm
from matches.models import Match
from matches.result import score_text


class UnchangedMatchForm(ReasonForm):
    """Carries along what was seen of the match; once refused for that, what there is to be seen now.

    `initial["seen"]` is callable, so that a page shown again tells of the match as it was refused on.
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
    """What a form remembers of a match: any new result or kickoff makes another."""
    return f"{match.result_version} {match.kickoff_at.isoformat()}"


def require_unchanged(match: Match, seen: str) -> None:
    """Lock the match until the transaction ends, and bring `match` up to date.

    Raises Refused where it is not what the operator saw.
    """
    match.refresh_from_db(from_queryset=Match.objects.select_for_update())
    if seen != match_state(match):
        raise ActionRefused(
            f"Somebody changed it meanwhile: now it is {match.status} {score_text(match)}"
            f" (result version {match.result_version}), kickoff {match.kickoff_at:%Y-%m-%d %H:%M} UTC;"
            " look again. Nothing was changed.",
            field="seen",
        )
