"""Roundups of matches, digests of rounds, daily delays of results, and images of links."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.http.links import link
from matches.models import Match, Stage


class Roundup(models.Model):
    """One version of the article about a match. All versions are kept; at most one per match is published."""

    class Status(models.TextChoices):
        PUBLISHED = "published"
        SUPERSEDED = "superseded"

    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="roundups")
    version = models.PositiveIntegerField()
    result_version = models.PositiveIntegerField()
    settlement_id = models.BigIntegerField(help_text="Id of the settlement that it describes.")
    status = models.CharField(max_length=10, choices=Status, default=Status.PUBLISHED)
    title = models.CharField(max_length=200)
    summary = models.TextField()
    body = models.TextField(help_text="Markdown.")
    body_html = models.TextField(help_text="Body rendered to sanitised HTML.")
    facts = models.JSONField(help_text="All numbers and names that the text may contain.")
    spans = models.JSONField(
        default=dict,
        db_default={},
        help_text="Facts in title, summary and body: start, end, address and value of each. Empty in versions"
        " that were written before there were references.",
    )
    writer = models.CharField(max_length=40)
    model = models.CharField(max_length=80, blank=True)
    tokens = models.PositiveIntegerField(default=0)
    checks = models.JSONField(
        default=dict, help_text="Numbers of inserted facts, and texts of a language model that were refused."
    )
    supersede_reason = models.CharField(max_length=200, blank=True)
    written_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-published_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["match", "version"], name="roundup_version_once"),
            models.UniqueConstraint(
                fields=["match"], condition=Q(status="published"), name="roundup_one_current"
            ),
            models.CheckConstraint(
                condition=Q(status="published", published_at__isnull=False)
                | Q(status="superseded") & ~Q(supersede_reason=""),
                name="roundup_superseded_says_why",
            ),
        ]
        indexes = [models.Index(fields=["-published_at", "-id"], name="roundup_newest")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return link("roundup", self.pk)


class Digest(models.Model):
    """One version of the article about a round. All versions are kept; at most one per round is published."""

    Status = Roundup.Status

    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="digests")
    round_label = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Roundup.Status, default=Roundup.Status.PUBLISHED)
    title = models.CharField(max_length=200)
    summary = models.TextField()
    body = models.TextField(help_text="Markdown.")
    body_html = models.TextField(help_text="Body rendered to sanitised HTML.")
    facts = models.JSONField(help_text="All numbers and names that the text may contain.")
    spans = models.JSONField(
        help_text="Facts in title, summary and body: start, end, address and value of each."
    )
    match_ids = ArrayField(models.BigIntegerField(), help_text="Ids of the matches that it includes.")
    settlement_ids = ArrayField(models.BigIntegerField(), help_text="Ids of their settlements.")
    as_of = models.DateTimeField(
        help_text="Last kickoff of the round, without matches that were moved to a later day."
    )
    supersede_reason = models.CharField(max_length=200, blank=True)
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["-published_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["stage", "round_label", "version"], name="digest_version_once"),
            models.UniqueConstraint(
                fields=["stage", "round_label"], condition=Q(status="published"), name="digest_one_current"
            ),
            models.CheckConstraint(
                condition=Q(status="published") | Q(status="superseded") & ~Q(supersede_reason=""),
                name="digest_superseded_says_why",
            ),
        ]
        indexes = [models.Index(fields=["-published_at", "-id"], name="digest_newest")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return link("digest", self.pk)


class DailyLatency(models.Model):
    """Seconds from a recorded result to its appearance, for one day (UTC).

    LEADERBOARD is about the results recorded on the day, ROUNDUP about the first roundups published on it.

    Stored when the day is over. The figures stay although finished jobs are deleted after 30 days.
    """

    class Target(models.TextChoices):
        LEADERBOARD = "leaderboard"
        ROUNDUP = "roundup"

    pk = models.CompositePrimaryKey("day", "target")
    day = models.DateField()
    target = models.CharField(max_length=11, choices=Target)
    results = models.IntegerField(help_text="Number of results measured.")
    median = models.FloatField(null=True, help_text="In seconds; null without results.")
    p95 = models.FloatField(null=True, help_text="95th percentile.")

    class Meta:
        verbose_name_plural = "daily latencies"

    def __str__(self) -> str:
        return f"{self.target} on {self.day}: {self.results} results"


class LinkImage(models.Model):
    """Image of a page for other sites that link to it, drawn by the job `draw_link_images`."""

    kind = models.CharField(max_length=11, help_text="E.g. season, match or roundup.")
    object_id = models.BigIntegerField(help_text="Id of the season, match or roundup; 0: overall.")
    digest = models.CharField(max_length=64, unique=True, help_text="Version of the data that it shows.")
    png = models.BinaryField()
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="link_image_one_per_page")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
