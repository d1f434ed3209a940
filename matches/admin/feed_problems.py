"""Admin of data that could not be imported from feeds: problems, and unmatched team names."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from core.admin.actions import ActionsAdmin, ConfirmedAction, Outcome, ReadOnlyAdmin, ReasonForm
from matches.admin.decisions import Confirm, Decision, Reject, may_decide
from matches.feeds.polling.poll import request_poll
from matches.feeds.sync.team_resolver import map_name
from matches.models import FeedProblem, FeedSubscription, Team, UnknownTeam
from matches.services.teams import NameTaken, new_team


class IsOpenFilter(admin.SimpleListFilter):
    """Filter by state that shows only open rows by default."""

    title, parameter_name = "state", "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("all", "All")]

    def choices(self, changelist: Any) -> Any:
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": "Open",
        }
        yield {
            "selected": self.value() == "all",
            "query_string": changelist.get_query_string({self.parameter_name: "all"}),
            "display": "All",
        }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if self.value() == "all" else self.still_open(queryset)

    def still_open(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        raise NotImplementedError


class OpenProblems(IsOpenFilter):
    def still_open(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(ended_at__isnull=True, dismissed_at__isnull=True)


class OpenNames(IsOpenFilter):
    def still_open(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(mapped_at__isnull=True)


class Dismiss(ConfirmedAction):
    name, label = "dismiss", "Dismiss"

    def effects(self, rows: Sequence[FeedProblem]) -> list[str]:
        return [
            f"{len(rows)} problems are not shown as open any more. Nothing else changes: what we have stays.",
            "One that the feed tells in other words, or again after it had ended, is open again.",
        ]

    def run(self, rows: Sequence[FeedProblem], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        able = [row for row in rows if not row.is_decision]
        for row in able:
            row.dismissed_at = at
            row.save(update_fields=["dismissed_at"])
        left = [f"{row}: confirm or reject it on its own page." for row in rows if row.is_decision]
        return Outcome(able, f"Problems dismissed: {len(able)}." if able else "", left)

    def offered_for(self, row: FeedProblem) -> bool:
        return not row.is_decision and row.ended_at is None and row.dismissed_at is None


@admin.register(FeedProblem)
class FeedProblemAdmin(ReadOnlyAdmin, ActionsAdmin):
    """Admin of feed data that was not applied, and of reports that need a decision. Closed once corrected."""

    operations = [Confirm(), Reject(), Dismiss()]
    list_display = ["text", "kind", "about", "subscription", "times", "last_seen_at"]
    list_display_links = ["text"]
    list_filter = [OpenProblems, "kind", "subscription__feed"]
    list_select_related = ["subscription__feed", "match__home_team", "match__away_team"]
    search_fields = ["about", "text", "=match__id"]

    def may_operate(self, request: HttpRequest, operation: ConfirmedAction, row: Any = None) -> bool:
        may = super().may_operate(request, operation, row)
        return may and (not isinstance(operation, Decision) or may_decide(request))


class MapForm(ReasonForm):
    team = forms.ModelChoiceField(Team.objects.all(), label="it means")
    field_order = ["team", "reason"]


class MapName(ConfirmedAction):
    name, label, form_class, on_selection = "map", "Say whom it means", MapForm, False

    def effects(self, rows: Sequence[UnknownTeam]) -> list[str]:
        (row,) = rows
        return [
            f"{row.source} means that team by {row.name!r} from now on: it becomes an alias of the team.",
            "Feeds that use the name are asked again at once; a file has to be imported again.",
        ]

    def run(self, rows: Sequence[UnknownTeam], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (row,) = rows
        map_name(row, data["team"], at=at)
        _request_polls(row.source, at)
        return Outcome(rows, f"{row.name} means {data['team']}.")


class MakeTeam(ConfirmedAction):
    name, label = "create", "Create team"

    def effects(self, rows: Sequence[UnknownTeam]) -> list[str]:
        return [
            f"{len(rows)} teams are created, each called as its source calls it.",
            "If it is a team that we have under another name, say whom it means instead.",
            "Feeds that use the names are asked again at once; a file has to be imported again.",
        ]

    def run(self, rows: Sequence[UnknownTeam], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        made, problems = [], []
        for row in rows:
            try:
                with transaction.atomic():
                    map_name(row, new_team(row.name), at=at)
            except NameTaken as taken:
                problems.append(str(taken))
            else:
                made.append(row)
        for source in {row.source for row in made}:
            _request_polls(source, at)
        return Outcome(made, f"Teams created: {len(made)}." if made else "", problems)

    def offered_for(self, row: UnknownTeam) -> bool:
        return row.mapped_at is None


def _request_polls(source: str, at: datetime) -> None:
    for subscription in FeedSubscription.objects.filter(feed__name=source, active=True):
        request_poll(subscription, now=at)


@admin.register(UnknownTeam)
class UnknownTeamAdmin(ReadOnlyAdmin, ActionsAdmin):
    """Admin of team names that match no team, or several. A decision is stored as an alias of the source."""

    operations = [MapName(), MakeTeam()]
    list_display = ["name", "source", "example", "last_seen_at", "team"]
    list_filter = [OpenNames, "source"]
    list_select_related = ["team"]
    search_fields = ["name", "source"]
