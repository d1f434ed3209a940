"""Admin of feeds: rate limits, subscriptions, reported matches and requests."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from core.admin.actions import ActionsAdmin, ConfirmedAction, Outcome, PlainForm, ReadOnlyAdmin
from core.admin.delete import Delete
from matches.admin.shared import EditableAdmin, ScoreColumn
from matches.feeds.polling import rate_limit
from matches.feeds.polling.poll import request_poll
from matches.feeds.providers import FEEDS
from matches.models import Feed, FeedRequest, FeedSnapshot, FeedSubscription


class ResumeFeed(ConfirmedAction):
    name, label, on_selection = "resume", "Resume polling", False

    def effects(self, rows: Sequence[Feed]) -> list[str]:
        (feed,) = rows
        return [
            f"The pause that {feed} requested ends now.",
            "Its subscriptions are polled when they are due. If that is too early, it requests a new pause.",
        ]

    def run(self, rows: Sequence[Feed], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (feed,) = rows
        feed.paused_at = feed.paused_until = None
        feed.save(update_fields=["paused_at", "paused_until"])
        for subscription in feed.subscriptions.filter(active=True):
            request_poll(subscription, now=at)
        return Outcome(rows, f"{feed} is polled again.")

    def offered_for(self, row: Feed) -> bool:
        return row.paused_until is not None and row.paused_until > timezone.now()


@admin.register(Feed)
class FeedAdmin(ActionsAdmin):
    """Admin of the feeds that this version supports. URLs and tokens are set in the environment."""

    operations = [ResumeFeed()]
    list_display = ["name", "left_this_minute", "left_today", "token", "paused_until", "answered", "problems"]
    fields = ["name", "per_minute", "per_day", "address", "token", "paused_until"]
    readonly_fields = ["name", "address", "token", "paused_until"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Feed]:
        is_open = Q(subscriptions__problems__ended_at=None, subscriptions__problems__dismissed_at=None)
        rows: QuerySet[Feed] = super().get_queryset(request)
        return rate_limit.with_counts(rows, now=timezone.now()).annotate(
            last_answer_at=Max("subscriptions__answered_at"),
            open_problems=Count("subscriptions__problems", filter=is_open, distinct=True),
        )

    @admin.display(description="requests left per minute")
    def left_this_minute(self, row: Feed) -> str:
        return f"{rate_limit.remaining_requests_of(row)[0]} of {row.per_minute}"

    @admin.display(description="requests left in 24 h")
    def left_today(self, row: Feed) -> str:
        return f"{rate_limit.remaining_requests_of(row)[1]} of {row.per_day}"

    @admin.display(description="token")
    def token(self, row: Feed) -> str:
        """Return "set", "missing" or "not required"; the token itself is never shown."""
        if row.name in FEEDS and not FEEDS[row.name].token_header:
            return "not required"
        return "set" if settings.FEED_TOKENS.get(row.name) else "missing"

    @admin.display(description="URL")
    def address(self, row: Feed) -> str:
        return str(settings.FEED_URLS.get(row.name, "-"))

    @admin.display(description="last response", ordering="last_answer_at")
    def answered(self, row: Any) -> datetime | None:
        return cast("datetime | None", row.last_answer_at)

    @admin.display(description="open problems", ordering="open_problems")
    def problems(self, row: Any) -> int:
        return int(row.open_problems)


class PollNow(ConfirmedAction):
    name, label = "poll", "Poll now"

    def effects(self, rows: Sequence[FeedSubscription]) -> list[str]:
        return [
            f"Polls queued at once, within the rate limit of each feed: {len(rows)}.",
            "The whole response is imported again, even if nothing changed or most matches are missing.",
        ]

    def run(
        self, rows: Sequence[FeedSubscription], *, by: User, at: datetime, data: dict[str, Any]
    ) -> Outcome:
        able = [subscription for subscription in rows if subscription.active]
        off = [f"{subscription} is not active." for subscription in rows if not subscription.active]
        for subscription in able:
            reset_validators(subscription)
            request_poll(subscription, now=at)
        return Outcome(able, f"Polls queued: {len(able)}." if able else "", off)

    def offered_for(self, row: FeedSubscription) -> bool:
        return row.active


def reset_validators(subscription: FeedSubscription) -> None:
    """Clear ETag, Last-Modified and match count of the last response.

    Then the next response is ingested completely, even if it is unchanged or lists far fewer matches.
    """
    subscription.etag = subscription.last_modified = subscription.marked_url = ""
    subscription.listed = 0
    subscription.save(update_fields=["etag", "last_modified", "marked_url", "listed"])


class SubscriptionForm(PlainForm):
    class Meta:
        model = FeedSubscription
        fields = ["feed", "season", "code", "zone", "active"]


STATE = ["answered_at", "next_due_at", "listed", "failures", "error"]


@admin.register(FeedSubscription)
class FeedSubscriptionAdmin(EditableAdmin):
    """Admin of feed subscriptions (one season of one feed). Saving an active subscription requests a poll."""

    form = SubscriptionForm
    operations = [PollNow(), Delete()]
    list_display = ["code", "feed", "season", "active", *STATE]
    list_filter = ["feed", "active"]
    list_select_related = ["feed", "season__competition"]
    search_fields = ["code", "season__competition__name", "season__label"]
    readonly_fields = ["asked_at", *STATE]
    fixed_fields = ["feed", "season"]  # another feed or season needs a new subscription
    fieldsets = [
        (
            None,
            {"fields": [*SubscriptionForm.Meta.fields], "description": "See docs/feeds.md for the codes."},
        ),
        ("State", {"fields": [*readonly_fields]}),
    ]

    def save_model(self, request: HttpRequest, obj: FeedSubscription, form: PlainForm, change: bool) -> None:
        """Save the subscription and request a poll if it is active."""
        super().save_model(request, obj, form, change)
        if change and {"code", "zone"} & set(form.changed_data):
            reset_validators(obj)
        if obj.active:
            request_poll(obj, now=timezone.now())


@admin.register(FeedSnapshot)
class FeedSnapshotAdmin(ScoreColumn, ReadOnlyAdmin):
    """Admin of the latest report of each feed on each match (read-only)."""

    list_display = [
        *["external_id", "subscription", "match", "sides", "kickoff_at"],
        *["status", "score", "first_reported_at", "doubt"],
    ]
    list_filter = ["subscription__feed", "status", "gone_at", "overruled_at"]
    list_select_related = ["subscription__feed", "link__match__home_team", "link__match__away_team"]
    search_fields = ["=external_id", "home", "away", "=link__match__id"]
    ordering = ["-kickoff_at", "pk"]

    @admin.display(description="teams")
    def sides(self, row: FeedSnapshot) -> str:
        return f"{row.home} - {row.away}"

    @admin.display(description="match")
    def match(self, row: FeedSnapshot) -> str:
        return str(row.link.match) if row.link else "-"


@admin.register(FeedRequest)
class FeedRequestAdmin(ReadOnlyAdmin):
    """Admin of recent feed requests, which count towards the rate limits (read-only)."""

    list_display = ["asked_at", "feed", "subscription", "urgent", "outcome", "size", "answered_at"]
    list_filter = ["feed", "outcome", "urgent"]
    list_select_related = ["feed", "subscription__feed"]
