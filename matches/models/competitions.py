"""Competitions, their seasons and teams."""

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from core.http.links import link
from core.validators import has_a_letter, known_time_zone
from matches import categories


def category_choices() -> list[tuple[str, str]]:
    return [(category, categories.label(category)) for category in categories.CATEGORIES]


class Competition(models.Model):
    class ScoreBasis(models.TextChoices):
        FULL_TIME = "full_time", "after 90 minutes"
        AFTER_EXTRA_TIME = "after_extra_time", "after extra time"

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    country = models.CharField(
        max_length=60, blank=True, help_text="Empty if its teams come from several countries."
    )
    category = models.CharField(
        max_length=15,
        choices=category_choices,
        blank=True,
        default="",
        db_default=categories.MEN,
        help_text="Category of its teams. Empty: as its name shows, else men.",
    )
    score_basis = models.CharField(max_length=20, choices=ScoreBasis, default=ScoreBasis.FULL_TIME)
    time_zone = models.CharField(
        max_length=40,
        default="UTC",
        db_default="UTC",
        validators=[known_time_zone],
        help_text="Dates in roundups are in this time zone, e.g. Europe/London.",
    )
    settle_sources = models.PositiveSmallIntegerField(
        choices=[(1, "one feed is enough"), (2, "two feeds must agree")],
        default=1,
        db_default=1,
        help_text="Feeds that must agree before a result is recorded. An operator's result is recorded"
        " at once.",
    )
    settle_wait = models.PositiveSmallIntegerField(
        default=30,
        db_default=30,
        validators=[MaxValueValidator(7 * 24 * 60)],
        help_text="Minutes to wait for the second feed; afterwards one is enough.",
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(settle_sources__in=[1, 2]), name="competition_one_or_two_sources"
            ),
            models.CheckConstraint(
                condition=Q(category__in=["", *categories.CATEGORIES]), name="competition_category_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the competition. An empty category is replaced by the category that the name shows."""
        self.category = self.category or categories.category_of_competition(self.name)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return link("competition", self.slug)


class Season(models.Model):
    competition = models.ForeignKey(Competition, on_delete=models.PROTECT, related_name="seasons")
    label = models.CharField(max_length=20, help_text="E.g. 2015/16.")
    starts_on = models.DateField()
    ends_on = models.DateField()
    follows_matches = models.BooleanField(
        default=False,
        db_default=False,
        help_text="The dates were taken from imported matches: an import of earlier or later rounds extends"
        " them.",
    )
    closed_at = models.DateTimeField(null=True, blank=True, help_text="Set by the action Close season.")

    class Meta:
        ordering = ["-starts_on", "competition_id"]
        constraints = [
            models.UniqueConstraint(fields=["competition", "label"], name="season_once_per_competition"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="season_ends_after_start",
                violation_error_message="A season cannot end before it starts.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.competition} {self.label}"


class Team(models.Model):
    """A team with its current name. A renamed team keeps its row, slug and history.

    Teams of one club in several categories (men, women, youth, reserves) are different teams. If two teams
    would have the same name, the newer one has its category or country in the name, e.g. "Ashford (women)".
    """

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100, validators=[has_a_letter])
    short_name = models.CharField(max_length=30, validators=[has_a_letter])
    category = models.CharField(
        max_length=15,
        choices=category_choices,
        blank=True,
        default=categories.MEN,
        db_default=categories.MEN,
        help_text="Empty if unknown, e.g. for a team that must be split.",
    )
    country = models.CharField(
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text="Empty if unknown. An import enters the country of the competition.",
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(category__in=["", *categories.CATEGORIES]), name="team_category_known"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return link("team", self.slug)


class TeamAlias(models.Model):
    """Name of a team in a source, or a former name (source `former`); see matches/services/teams.py."""

    FORMER = "former"

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="aliases")
    source = models.CharField(max_length=40)
    competition = models.ForeignKey(
        Competition,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="Empty: the name in all competitions of the source that fit the team.",
    )
    name = models.CharField(max_length=100)
    used_until = models.DateField(
        null=True, blank=True, help_text="For a former name: first day of the new name."
    )

    class Meta:
        verbose_name_plural = "team aliases"
        constraints = [
            # In a competition, a source uses a name for one team only; former names may have belonged to
            # several teams.
            models.UniqueConstraint(
                fields=["source", "competition", "name"],
                condition=~Q(source="former"),
                nulls_distinct=False,
                name="alias_once_per_source",
                violation_error_message="This source uses this name for another team.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.source})"
