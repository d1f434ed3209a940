"""Admin of feeds: rate limits, subscriptions, reported matches and requests."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from core.admin.actions import ActionsAdmin, ConfirmedAction, Outcome, PlainForm, ReadOnlyAdmin
from core.admin.delete import Delete
from matches.feeds.polling import rate_limit
from matches.feeds.polling.poll import request_poll
from matches.feeds.providers import FEEDS
from matches.models import Feed, FeedRequest, FeedSnapshot, FeedSubscription
from matches.result import score_text


class ResumeFeed(ConfirmedAction):
    name, label, on_selection = "resume", "Ask again", False

    def effects(self, rows: Sequence[Feed]) -> list[str]:
        (feed,) = rows
        return [
            f"{feed} told us to wait; we do not wait any longer.",
            "Its subscriptions are asked as soon as they are due. If it is still too early it says so again.",
        ]

    def run(self, rows: Sequence[Feed], *, by: User, at: datetime, data: dict[str, Any]) -> Outcome:
        (feed,) = rows
        feed.paused_at = feed.paused_until = None
        feed.save(update_fields=["paused_at", "paused_until"])
        for subscription in feed.subscriptions.filter(active=True):
            request_poll(subscription, now=at)
        return Outcome(rows, f"{feed} is asked again.")

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

    @admin.display(description="left in a minute")
    def left_this_minute(self, row: Feed) -> str:
        return f"{rate_limit.left_of(row)[0]} of {row.per_minute}"

    @admin.display(description="left in 24 h")
    def left_today(self, row: Feed) -> str:
        return f"{rate_limit.left_of(row)[1]} of {row.per_day}"

    @admin.display(description="token")
    def token(self, row: Feed) -> str:
        """Return whether the token is set, never the token itself."""
        if row.name in FEEDS and not FEEDS[row.name].token_header:
            return "not needed"
        return "set" if settings.FEED_TOKENS.get(row.name) else "missing"

    @admin.display(description="address")
    def address(self, row: Feed) -> str:
        return str(settings.FEED_URLS.get(row.name, "-"))

    @admin.display(description="last answer", ordering="last_answer_at")
    def answered(self, row: Any) -> datetime | None:
        found: datetime | None = row.last_answer_at
        return found

    @admin.display(description="open problems", ordering="open_problems")
    def problems(self, row: Any) -> int:
        return int(row.open_problems)


class PollNow(ConfirmedAction):
    name, label = "poll", "Ask now"

    def effects(self, rows: Sequence[FeedSubscription]) -> list[str]:
        return [
            f"{len(rows)} polls are queued, to be done at once, within the budget of each feed.",
            "The answer is taken in anew, even if the feed would say that nothing changed, or if most of its"
            " matches are gone.",
        ]

    def run(
        self, rows: Sequence[FeedSubscription], *, by: User, at: datetime, data: dict[str, Any]
    ) -> Outcome:
        able = [subscription for subscription in rows if subscription.active]
        off = [f"{subscription} is switched off." for subscription in rows if not subscription.active]
        for subscription in able:
            forget_marks(subscription)
            request_poll(subscription, now=at)
        return Outcome(able, f"Polls queued: {len(able)}." if able else "", off)

    def offered_for(self, row: FeedSubscription) -> bool:
        return row.active


def forget_marks(subscription: FeedSubscription) -> None:
    """Reset ETag, Last-Modified and match count, so that the next response is ingested in any case."""
    subscription.etag = subscription.last_modified = subscription.marked_url = ""
    subscription.listed = 0
    subscription.save(update_fields=["etag", "last_modified", "marked_url", "listed"])


class SubscriptionForm(PlainForm):
    class Meta:
        model = FeedSubscription
        fields = ["feed", "season", "code", "zone", "active"]


@admin.register(FeedSubscription)
class FeedSubscriptionAdmin(ActionsAdmin):
    """Admin of feed subscriptions (one season of one feed). Saving an active one requests a poll at once."""

    form = SubscriptionForm
    operations = [PollNow(), Delete()]
    list_display = [
        *["code", "feed", "season", "active", "answered_at", "next_due_at", "listed", "failures", "error"],
    ]
    list_filter = ["feed", "active"]
    list_select_related = ["feed", "season__competition"]
    search_fields = ["code", "season__competition__name", "season__label"]
    readonly_fields = [
        *["asked_at", "answered_at", "next_due_at", "listed", "failures", "error"],
    ]
    fieldsets = [
        (None, {"fields": [*SubscriptionForm.Meta.fields], "description": "The codes are in docs/feeds.md."}),
        ("How it goes", {"fields": [*readonly_fields]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: FeedSubscription | None = None) -> list[str]:
        """Make feed and season read-only after creation: other ones need another subscription."""
        return [*self.readonly_fields, *(["feed", "season"] if obj else [])]

    def save_model(self, request: HttpRequest, obj: FeedSubscription, form: PlainForm, change: bool) -> None:
        """Save only the edited fields, as a poll may be storing its result; then request a poll."""
        if change:
            obj.save(update_fields=form.changed_data)
            if {"code", "zone"} & set(form.changed_data):
                forget_marks(obj)
        else:
            super().save_model(request, obj, form, change)
        if obj.active:
            request_poll(obj, now=timezone.now())


@admin.register(FeedSnapshot)
class FeedSnapshotAdmin(ReadOnlyAdmin):
    """Admin of the latest report of each feed on each match (read-only)."""

    list_display = [
        *["external_id", "subscription", "match", "sides", "kickoff_at"],
        *["status", "score", "first_reported_at", "doubt"],
    ]
    list_filter = ["subscription__feed", "status", "gone_at", "overruled_at"]
    list_select_related = ["subscription__feed", "link__match__home_team", "link__match__away_team"]
    search_fields = ["=external_id", "home", "away", "=link__match__id"]
    ordering = ["-kickoff_at", "pk"]

    @admin.display(description="as the feed has it")
    def sides(self, row: FeedSnapshot) -> str:
        return f"{row.home} - {row.away}"

    @admin.display(description="our match")
    def match(self, row: FeedSnapshot) -> str:
        return str(row.link.match) if row.link else "-"

    @admin.display(description="score")
    def score(self, row: FeedSnapshot) -> str:
        return score_text(row)


@admin.register(FeedRequest)
class FeedRequestAdmin(ReadOnlyAdmin):
    """Admin of recent feed requests, which count towards the rate limits (read-only)."""

    list_display = ["asked_at", "feed", "subscription", "urgent", "outcome", "size", "answered_at"]
    list_filter = ["feed", "outcome", "urgent"]
    list_select_related = ["feed", "subscription__feed"]
