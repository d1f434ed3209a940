"""Admin of teams, their aliases, and unknown team names in feeds and files."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest

from core.admin.actions import (
    ActionRefused,
    ActionsAdmin,
    ConfirmedAction,
    Outcome,
    PlainInline,
    ReadOnlyAdmin,
    ReasonForm,
)
from core.admin.delete import Delete
from core.validators import has_a_letter
from matches.admin.shared import EditableAdmin, OpenFilter, SlugFromNameForm, TeamChoiceField
from matches.admin.team_moves import Merge, Split
from matches.feeds.polling.poll import request_poll
from matches.feeds.sync.suggestions import suggestions_for
from matches.feeds.sync.team_resolver import map_name
from matches.models import FeedSubscription, Team, TeamAlias, UnknownTeam
from matches.services.teams import NameTaken, new_team, rename_team


class AliasInline(PlainInline):
    model = TeamAlias
    extra = 0


class RenameForm(ReasonForm):
    name = forms.CharField(max_length=100, label="new name", validators=[has_a_letter])
    short_name = forms.CharField(
        max_length=30,
        required=False,
        validators=[has_a_letter],
        help_text="Empty: set to the new name if it was equal to the old name.",
    )
    renamed_on = forms.DateField(help_text="First day of the new name, e.g. 2018-04-19.")
    field_order = ["name", "short_name", "renamed_on", "reason"]


class Rename(ConfirmedAction):
    name, label, form_class, on_selection = "rename", "Rename", RenameForm, False

    def effects(self, rows: Sequence[Team]) -> list[str]:
        (team,) = rows
        return [
            "All pages show the new name, also for past matches; published roundups do not change.",
            f"The slug stays {team.slug}; matches, leaderboards and history do not change.",
            f"Sources may still use the name {team.name}: it becomes an alias.",
        ]

    def run(self, rows: Sequence[Team], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (team,) = rows
        new = {name: data[name] for name in ("name", "short_name", "renamed_on")}
        if new["name"] == team.name:
            raise ActionRefused(f"The team is called {team.name} already.", field="name")
        try:
            renamed = rename_team(team_id=team.pk, **new)
        except NameTaken as error:
            raise ActionRefused(str(error), field="name") from error
        return Outcome([renamed], f"{team.name} was renamed to {renamed.name}.")


@admin.register(Team)
class TeamAdmin(EditableAdmin):
    """Admin of teams. Names are changed only by the action Rename, which keeps the old name as an alias."""

    form = SlugFromNameForm
    operations = [Rename(), Split(), Merge(), Delete()]
    list_display = ["name", "short_name", "slug", "category", "country"]
    list_filter = ["category", "country"]
    search_fields = ["name", "short_name", "slug", "aliases__name"]
    inlines = [AliasInline]
    prepopulated_fields = {"slug": ["name"]}
    fixed_fields = ["name"]


@admin.register(TeamAlias)
class TeamAliasAdmin(ActionsAdmin):
    operations = [Delete()]
    list_display = ["name", "source", "competition", "team", "used_until"]
    list_filter = ["source", "competition"]
    list_select_related = ["team", "competition"]
    search_fields = ["name", "team__name"]
    autocomplete_fields = ["team", "competition"]


class MapForm(ReasonForm):
    team = TeamChoiceField()
    field_order = ["team", "reason"]


class MapName(ConfirmedAction):
    name, label, form_class, on_selection = "map", "Match it to a team", MapForm, False

    def initial(self, rows: Sequence[UnknownTeam]) -> dict[str, Any]:
        (row,) = rows
        first = next(iter(suggestions_for(rows)[row.pk]), None)
        return {"team": first.team.pk} if first and first.fits and first.is_similar else {}

    def effects(self, rows: Sequence[UnknownTeam]) -> list[str]:
        (row,) = rows
        where = f", in {row.competition} and others that fit the team" if row.competition else ""
        return [
            f"The name {row.name!r} becomes an alias of the team for the source {row.source}{where}.",
            f"Similar teams: {'; '.join(map(str, suggestions_for(rows)[row.pk])) or 'none'}.",
            "Feeds that use the name are polled again at once; files must be imported again.",
        ]

    def run(self, rows: Sequence[UnknownTeam], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (row,) = rows
        map_name(row, data["team"], at=at)
        _request_polls({row.source}, at)
        return Outcome(rows, f"{row.name} was matched to {data['team']}.")


class CreateTeam(ConfirmedAction):
    name, label = "create", "Create team"

    def effects(self, rows: Sequence[UnknownTeam]) -> list[str]:
        return [
            f"Teams to create, each with the name in its source: {len(rows)}. They get the category and"
            " country of their competition; if a name is taken, also in the name.",
            "If the team exists under another name, match the name to that team instead.",
            "Feeds that use the names are polled again at once; files must be imported again.",
        ]

    def run(self, rows: Sequence[UnknownTeam], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        created, problems = [], []
        for row in rows:
            try:
                with transaction.atomic():
                    map_name(row, new_team(row.name, competition=row.competition), at=at)
            except NameTaken as error:
                problems.append(str(error))
            else:
                created.append(row)
        _request_polls({row.source for row in created}, at)
        return Outcome(created, f"Teams created: {len(created)}." if created else "", problems)

    def offered_for(self, row: UnknownTeam) -> bool:
        return row.mapped_at is None


def _request_polls(sources: set[str], at: datetime) -> None:
    for subscription in FeedSubscription.objects.filter(feed__name__in=sources, active=True):
        request_poll(subscription, now=at)


class UnmatchedFilter(OpenFilter):
    open_rows = Q(mapped_at__isnull=True)


@admin.register(UnknownTeam)
class UnknownTeamAdmin(ReadOnlyAdmin, ActionsAdmin):
    """Admin of team names in feeds and files that match no team, or more than one.

    When an operator chooses a team, the name is stored as its alias for the source that uses the name.
    Suggested are teams with similar names; the greater the distance shown, the less similar is the name.
    """

    operations = [MapName(), CreateTeam()]
    list_display = ["name", "source", "competition", "suggestions", "example", "last_seen_at", "team"]
    list_filter = [UnmatchedFilter, "source", "competition"]
    list_select_related = ["team", "competition"]
    search_fields = ["name", "source"]
    readonly_fields = ["suggestions"]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Compute the suggestions for all rows of the page together, not row by row."""
        page = super().get_changelist_instance(request)
        rows = list(page.result_list)
        found = suggestions_for(row for row in rows if row.mapped_at is None)
        for row in rows:
            row.found = found.get(row.pk, [])
        page.result_list = rows
        return page

    @admin.display(description="similar teams")
    def suggestions(self, row: UnknownTeam) -> str:
        found = row.found if hasattr(row, "found") else suggestions_for([row])[row.pk]
        return "; ".join(map(str, found)) or "-"
