"""Feeds: rate limits, subscriptions, current reports, and problems with their data."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from matches.feeds.providers import FEEDS
from matches.feeds.providers.feed_format import BadCode
from matches.feeds.providers.fields import zone_named
from matches.models.competitions import Competition, Season, Team
from matches.models.fixtures import Match, MatchSource, ResultColumns


class Feed(models.Model):
    """A feed and its rate limits, which hold for any 60 seconds and any 24 hours."""

    name = models.CharField(max_length=40, unique=True)
    per_minute = models.PositiveIntegerField(help_text="Maximum number of requests in any 60 seconds.")
    per_day = models.PositiveIntegerField(help_text="Maximum number of requests in any 24 hours.")
    paused_at = models.DateTimeField(null=True, blank=True, help_text="When the feed requested a pause.")
    paused_until = models.DateTimeField(
        null=True, blank=True, help_text="End of the pause that the feed requested."
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(per_minute__gte=1, per_day__gte=1),
                name="feed_may_be_asked",
                violation_error_message="The minimum is 1. To stop requests, deactivate the subscriptions.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class FeedSubscription(models.Model):
    """A season that is polled from a feed, the outcome of the last poll, and the time of the next one."""

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="subscriptions")
    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="subscriptions")
    code = models.CharField(max_length=100, help_text="The feed's code of the season, see docs/feeds.md.")
    zone = models.CharField(
        max_length=40,
        blank=True,
        help_text="E.g. Europe/London; required for feeds with local times without a time zone.",
    )
    active = models.BooleanField(default=True)

    asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    next_due_at = models.DateTimeField(null=True, blank=True, editable=False)
    failures = models.PositiveIntegerField(
        default=0, editable=False, help_text="Number of failed polls in a row."
    )
    error = models.TextField(blank=True, editable=False)
    listed = models.PositiveIntegerField(default=0, editable=False, help_text="Matches in the last response.")
    # Validators of the last response, if all of it was ingested; valid for `marked_url` only.
    etag = models.CharField(max_length=200, blank=True, editable=False)
    last_modified = models.CharField(max_length=60, blank=True, editable=False)
    marked_url = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ["feed__name", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["feed", "code"],
                name="subscription_once_per_code",
                violation_error_message="There is a subscription with this code already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.feed.name} {self.code}"

    def clean(self) -> None:
        """Raise ValidationError for a code in the wrong format, or an unknown or missing time zone."""
        known = FEEDS.get(self.feed.name) if self.feed_id else None
        if known is None:
            return
        try:
            known.path(self.code)
        except BadCode as bad:
            raise ValidationError({"code": str(bad)}) from bad
        if self.zone and zone_named(self.zone) is None:
            raise ValidationError({"zone": f"{self.zone!r} is not a time zone like Europe/London."})
        if known.needs_zone and not self.zone:
            raise ValidationError(
                {"zone": f"{known.title} has local times without a time zone; enter their time zone."}
            )


class FeedRequest(models.Model):
    """A request to a feed. The rate limit counts it even if the worker dies before the response arrives."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="requests")
    subscription = models.ForeignKey(
        FeedSubscription, null=True, blank=True, on_delete=models.SET_NULL, related_name="requests"
    )
    urgent = models.BooleanField(default=False, help_text="True if a match should have been ending.")
    asked_at = models.DateTimeField(db_default=Now(), help_text="Time of the database.")
    answered_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True, help_text="HTTP status, or a short error.")
    size = models.PositiveIntegerField(default=0, help_text="Size of the response in bytes.")

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["feed", "-asked_at"], name="feed_request_budget")]

    def __str__(self) -> str:
        return f"{self.feed} at {self.asked_at:%Y-%m-%d %H:%M:%S}"


class FeedSnapshot(ResultColumns):
    """Newest report of a subscription about one match. Names and sides are as the feed reports them.

    Reports that contain a result or a void status (e.g. cancelled) are used by
    matches.feeds.sync.reported_results.
    """

    subscription = models.ForeignKey(FeedSubscription, on_delete=models.CASCADE, related_name="snapshots")
    external_id = models.CharField(max_length=80)
    link = models.OneToOneField(
        MatchSource, null=True, blank=True, on_delete=models.SET_NULL, related_name="snapshot"
    )
    home = models.CharField(max_length=100)
    away = models.CharField(max_length=100)
    round_label = models.CharField(max_length=100)
    stage = models.CharField(
        max_length=100, blank=True, default="", db_default="", help_text="Name of the stage."
    )
    group = models.CharField(max_length=40, blank=True, default="", db_default="")
    reason = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="Why the match is postponed, cancelled etc.",
    )
    kickoff_at = models.DateTimeField()
    day_only = models.BooleanField(default=False, help_text="Only the day of the kickoff is known.")
    doubt = models.CharField(max_length=300, blank=True, help_text="Why the result was not used.")
    updated_at = models.DateTimeField(
        null=True, blank=True, help_text="When the feed last changed the match."
    )
    digest = models.CharField(max_length=64, help_text="Hash of the report, to detect changes.")
    first_reported_at = models.DateTimeField(help_text="When the feed first reported this result.")
    gone_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when the feed no longer lists the match."
    )
    overruled_at = models.DateTimeField(
        null=True, blank=True, help_text="When an operator decided against this result."
    )

    class Meta:
        verbose_name = "feed report"
        ordering = ["subscription_id", "kickoff_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "external_id"], name="feed_snapshot_once_per_id")
        ]

    def __str__(self) -> str:
        return f"{self.home} - {self.away} ({self.subscription})"


class FeedProblem(models.Model):
    """A problem with the data of a feed or file, or a doubt: a kickoff or result that may be wrong.

    A problem is closed if an operator solves or dismisses it, or if later data no longer has it. A doubt is
    closed if an operator confirms or rejects it, if the match has begun, or if the feed reports the result
    again.
    """

    class Kind(models.TextChoices):
        RESPONSE = "response", "part of a response that was not imported"
        KICKOFF = "kickoff", "kickoff in doubt"
        RESULT = "result", "result withdrawn"

    kind = models.CharField(max_length=8, choices=Kind, default=Kind.RESPONSE, db_default=Kind.RESPONSE)
    subscription = models.ForeignKey(
        FeedSubscription, null=True, blank=True, on_delete=models.CASCADE, related_name="problems"
    )
    match = models.ForeignKey(
        Match,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="Match of a problem that needs a decision.",
    )
    held_time_known = models.BooleanField(default=True, db_default=True, editable=False)
    held_kickoff_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Implausible kickoff: the match gets it only if it is confirmed.",
    )
    about = models.CharField(
        max_length=120, help_text="The feed's id of the match, or `answer` for the whole response."
    )
    text = models.TextField()
    times = models.PositiveIntegerField(default=1)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    dismissed_at = models.DateTimeField(null=True, blank=True, help_text="Dismissed until the text changes.")

    class Meta:
        verbose_name = "doubt or feed problem"
        verbose_name_plural = "doubts and feed problems"
        ordering = ["-last_seen_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "about"],
                condition=Q(kind="response"),
                name="problem_once_per_subject",
            ),
            models.UniqueConstraint(
                fields=["match"], condition=Q(kind="kickoff"), name="problem_once_per_kickoff"
            ),
            models.UniqueConstraint(
                fields=["match"], condition=Q(kind="result"), name="problem_once_per_result"
            ),
            models.CheckConstraint(
                condition=Q(kind="response", subscription__isnull=False)
                | ~Q(kind="response") & Q(match__isnull=False),
                name="problem_has_a_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscription or self.match}: {self.about}"

    @property
    def is_decision(self) -> bool:
        """True for a doubt, which an operator has to confirm or reject and cannot dismiss."""
        return self.kind != self.Kind.RESPONSE


class UnknownTeam(models.Model):
    """A team name that a source uses in a competition, and that matches no team, or more than one.

    An operator matches it to a team, or creates one.
    """

    source = models.CharField(max_length=40)
    competition = models.ForeignKey(
        Competition, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField(max_length=100)
    example = models.CharField(max_length=250, help_text="A match of this team.")
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    team = models.ForeignKey(
        Team,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="The team that has this name.",
    )
    mapped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["mapped_at", "source", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "competition", "name"],
                nulls_distinct=False,
                name="unknown_team_once_per_source",
            ),
            models.CheckConstraint(
                condition=Q(team__isnull=True, mapped_at__isnull=True)
                | Q(team__isnull=False, mapped_at__isnull=False),
                name="unknown_team_mapped_to_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.source})"
