"""Admin of the statistics: read-only, plus a button that queues a refresh."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from core.admin.actions import ActionsAdmin, ConfirmedAction, Outcome, ReadOnlyAdmin
from core.pipeline.admin import seconds
from stats.jobs import NOW, request_refresh
from stats.models import PastChange, Tally, ViewRefresh
from stats.refresh.view_state import ViewState, view_states
from stats.tallies import fold


class RefreshNow(ConfirmedAction):
    """Admin action that enqueues a refresh of the views as a job, as the pipeline does."""

    name, label = "refresh", "Refresh views"
    on_rows, on_selection, on_list = False, False, True

    def effects(self, rows: Sequence[Any]) -> list[str]:
        pending = fold.to_fold().count() + fold.to_unfold().count()
        return [
            f"Settlements to be counted: {pending}.",
            "A job is added to the stats queue, unless one is already waiting.",
            "It refreshes every view concurrently, without blocking readers.",
        ]

    def run(self, rows: Sequence[Any], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (run_id,) = request_refresh(now=at, delay=NOW)
        return Outcome(rows, f"Refresh queued as job #{run_id}.")


def freshness_lines(states: list[ViewState], *, now: datetime) -> list[dict[str, object]]:
    """Format the states of the views for admin/pipeline/freshness.html."""
    return [
        {
            "state": state,
            "age": seconds(state.age(now) or 0) if state.refresh else "never",
            "took": "-" if state.took is None else seconds(state.took),
            "waits": seconds((now - state.waiting_since).total_seconds()) if state.waiting_since else "",
        }
        for state in states
    ]


@admin.register(ViewRefresh)
class ViewRefreshAdmin(ReadOnlyAdmin, ActionsAdmin):
    """Page with the freshness of each view and the list of all refreshes."""

    operations = [RefreshNow()]
    change_list_template = "admin/stats/viewrefresh/change_list.html"
    list_display = ["view", "started_at", "took", "rows", "concurrently", "through_settlement"]
    list_filter = ["view", "concurrently", "started_at"]
    ordering = ["-pk"]

    @admin.display(description="took")
    def took(self, row: ViewRefresh) -> str:
        return seconds((row.finished_at - row.started_at).total_seconds())

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        now = timezone.now()
        lines = freshness_lines(view_states(now=now), now=now)
        context = {"title": "View freshness", "is_nav_sidebar_enabled": False, "freshness": lines}
        return super().changelist_view(request, {**context, **(extra_context or {})})


@admin.register(PastChange)
class PastChangeAdmin(ReadOnlyAdmin):
    """Changes to past data other than results, each with the time when a refresh first included it."""

    list_display = ["description", "season", "since", "recorded_at", "shown_at"]
    list_filter = ["season"]
    list_select_related = ["season__competition"]
    ordering = ["-pk"]


@admin.register(Tally)
class TallyAdmin(ReadOnlyAdmin):
    list_display = ["forecaster", "scope", "scope_id", "matches", "points", "tendency_hits", "exact_hits"]
    list_filter = ["scope", "forecaster"]
    list_select_related = ["forecaster"]
    search_fields = ["forecaster__name", "=scope_id"]
    ordering = ["scope", "scope_id", "-points"]
