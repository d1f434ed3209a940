"""Admin actions that move matches between teams: split a team in two, or merge two teams."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import User

from core.admin.actions import ActionRefused, ConfirmedAction, Outcome, ReasonForm
from core.validators import has_a_letter
from matches import categories
from matches.admin.shared import TeamChoiceField
from matches.models import Competition, Team
from matches.services.team_moves import MoveRefused, competitions_of, merge_teams, split_team

_FOLLOWS = (
    "League tables, leaderboards of the teams, recent form and the context of open matches follow at once or"
    " with the next refresh; roundups of these seasons are written again. Scores do not change."
)


class SplitForm(ReasonForm):
    competitions = forms.ModelMultipleChoiceField(
        Competition.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="The matches of these competitions move to the new team.",
    )
    name = forms.CharField(
        max_length=100,
        required=False,
        validators=[has_a_letter],
        label="name of the new team",
        help_text="Empty: this team's name with the new team's category or country, e.g. Ashford (women).",
    )
    field_order = ["competitions", "name", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        competitions: Any = self.fields["competitions"]
        competitions.queryset = self.initial.get("played", Competition.objects.none())


class Split(ConfirmedAction):
    name, label, form_class, on_selection = "split", "Split", SplitForm, False

    def initial(self, rows: Sequence[Team]) -> dict[str, Any]:
        (team,) = rows
        return {"played": competitions_of(team)}

    def effects(self, rows: Sequence[Team]) -> list[str]:
        (team,) = rows
        return [
            f"A new team gets the matches of the chosen competitions. The others stay with {team}.",
            "Its points adjustments, lots and names in these competitions move along.",
            _FOLLOWS,
        ]

    def run(self, rows: Sequence[Team], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (team,) = rows
        chosen = list(data["competitions"])
        try:
            new = split_team(team_id=team.pk, competitions=chosen, name=data["name"])
        except MoveRefused as refused:
            raise ActionRefused(str(refused), field=refused.field) from refused
        moved = f"{', '.join(map(str, chosen))} moved from {team} to {new}"
        return Outcome([team, new], f"{moved} ({new.slug}).", details=moved)

    def offered_for(self, row: Team) -> bool:
        return competitions_of(row).count() > 1


class MergeForm(ReasonForm):
    team = TeamChoiceField(label="team to merge into this one", help_text="It is deleted afterwards.")
    although_different = forms.BooleanField(
        required=False,
        label="merge also if category or country differ",
        help_text="Needed only for teams that differ, e.g. men and women. Such teams are rarely one team.",
    )
    field_order = ["team", "although_different", "reason"]


class Merge(ConfirmedAction):
    name, label, form_class, on_selection = "merge", "Merge another team into it", MergeForm, False

    def effects(self, rows: Sequence[Team]) -> list[str]:
        (team,) = rows
        return [
            f"All matches, points adjustments, lots and names of the other team become those of {team}. The"
            " other team is deleted.",
            f"Category of {team}: {categories.label(team.category) or 'unknown'}. Country:"
            f" {team.country or 'unknown'}. A team of another category or country is merged only if you tick"
            " the box.",
            "It is refused if the two teams meet each other, or if both have the same match.",
            _FOLLOWS,
        ]

    def run(self, rows: Sequence[Team], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (team,) = rows
        gone = data["team"]
        try:
            into = merge_teams(
                team_id=gone.pk,
                into_id=team.pk,
                merged_on=at.date(),
                although_different=data["although_different"],
            )
        except MoveRefused as refused:
            raise ActionRefused(str(refused), field=refused.field) from refused
        merged = f"{gone} ({gone.slug}) was merged into {into} ({into.slug})"
        return Outcome([into, gone], f"{merged}.", details=merged)
