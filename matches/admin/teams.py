"""Admin of teams and their aliases."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest

from core.admin.actions import ActionRefused, ActionsAdmin, ConfirmedAction, Outcome, PlainInline, ReasonForm
from core.admin.delete import Delete
from matches.models import Team, TeamAlias
from matches.models.naming import has_a_letter
from matches.services import predictions
from matches.services.teams import NameTaken


class AliasInline(PlainInline):
    model = TeamAlias
    extra = 0


class RenameForm(ReasonForm):
    name = forms.CharField(max_length=100, label="new name", validators=[has_a_letter])
    short_name = forms.CharField(
        max_length=30,
        required=False,
        validators=[has_a_letter],
        help_text="Empty: it follows the name where it was the same.",
    )
    renamed_on = forms.DateField(help_text="The first day of the new name, like 2018-04-19.")
    field_order = ["name", "short_name", "renamed_on", "reason"]


class Rename(ConfirmedAction):
    name, label, form_class, on_selection = "rename", "Rename", RenameForm, False

    def effects(self, rows: Sequence[Team]) -> list[str]:
        (team,) = rows
        return [
            f"Every page calls {team.name} by the new name, of past matches too; roundups stay as written.",
            f"Its address stays {team.slug}, and so do its matches, boards and history.",
            f"Sources that still say {team.name} are understood.",
        ]

    def run(self, rows: Sequence[Team], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (team,) = rows
        wanted = {name: data[name] for name in ("name", "short_name", "renamed_on")}
        if wanted["name"] == team.name:
            raise ActionRefused(f"{team.name} is its name already.", field="name")
        try:
            renamed = predictions.rename_team(team_id=team.pk, **wanted)
        except NameTaken as taken:
            raise ActionRefused(str(taken), field="name") from taken
        return Outcome([renamed], f"{team.name} is {renamed.name} now.")


@admin.register(Team)
class TeamAdmin(ActionsAdmin):
    """Admin of teams. Names are changed only by the action Rename, which keeps the old name as an alias."""

    operations = [Rename(), Delete()]
    list_display = ["name", "short_name", "slug"]
    search_fields = ["name", "short_name", "slug", "aliases__name"]
    inlines = [AliasInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Team | None = None) -> list[str]:
        return ["name"] if obj else []

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Team | None = None
    ) -> dict[str, Sequence[str]]:
        return {} if obj else {"slug": ["name"]}


@admin.register(TeamAlias)
class TeamAliasAdmin(ActionsAdmin):
    operations = [Delete()]
    list_display = ["name", "source", "team", "used_until"]
    list_filter = ["source"]
    list_select_related = ["team"]
    search_fields = ["name", "team__name"]
    autocomplete_fields = ["team"]
