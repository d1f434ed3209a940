"""Stages of a season with the rules of their tables, and decisions about the order of teams in them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from matches.models.competitions import Season, Team
from matches.models.constraints import between, both_or_neither
from matches.tables.rules import LABELS, TableRules, TieBreaker, default_tie_breakers

MAX_POINTS = 10  # for one match
MAX_ADJUSTMENT = 100  # points of one adjustment


class Stage(models.Model):
    """A part of a season in which all matches are played under the same rules.

    A season of one plain league has one stage. A stage has a table (`league`), a table per group (`groups`)
    or no table (all other kinds). The kind is `unknown` if it does not follow from the names of the rounds;
    then an operator decides it.
    """

    class Kind(models.TextChoices):
        LEAGUE = "league", "league: one table"
        GROUPS = "groups", "groups: a table each"
        KNOCKOUT = "knockout", "knockout: no table"
        FRIENDLY = "friendly", "friendlies: no table"
        UNKNOWN = "unknown", "not decided yet: no table"

    class Carries(models.TextChoices):
        NOTHING = "nothing", "nothing"
        FULL = "full", "all points"
        HALF_UP = "half_up", "half of the points, rounded up"
        HALF_DOWN = "half_down", "half of the points, rounded down"

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="stages")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.UNKNOWN)
    order = models.PositiveSmallIntegerField(default=0, help_text="Order within the season, lowest first.")
    points_win = models.PositiveSmallIntegerField(default=3)
    points_draw = models.PositiveSmallIntegerField(default=1)
    points_loss = models.PositiveSmallIntegerField(default=0)
    points_shootout_win = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="For a draw and a shootout won; empty if draws stay draws."
    )
    points_shootout_loss = models.PositiveSmallIntegerField(null=True, blank=True)
    tie_breakers = ArrayField(
        models.CharField(max_length=30, choices=[(rule.value, label) for rule, label in LABELS.items()]),
        default=default_tie_breakers,
        blank=True,
        help_text="What orders teams with equal points, the first rule first.",
    )
    head_to_head_when_complete = models.BooleanField(
        default=False,
        help_text="Matches between level teams count for their order only once all of them are played.",
    )
    away_goals = models.BooleanField(
        default=False, help_text="Away goals decide two-legged ties with a level aggregate."
    )
    carries_from = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="carried_by",
        help_text="The stage whose points the teams take along.",
    )
    carries = models.CharField(max_length=9, choices=Carries, default=Carries.NOTHING)
    carries_record = models.BooleanField(
        default=False, help_text="The teams also take along their matches and goals."
    )
    ranked_groups = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        help_text="Groups that rank below one another, the best first, e.g. of a season that splits.",
    )
    compared_place = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The place whose teams are ranked across the groups, e.g. 3."
    )
    compared_through = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many of these teams go through."
    )

    through_places = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="How many teams go through by their place: the first ones of each table. Empty if none.",
    )
    relegation_places = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="How many teams are relegated directly: the last ones of each table; of ranked groups, of"
        " the last one. Empty if none.",
    )

    moved_to = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="moved_here",
        help_text="The stage that all matches of this one were moved to. New fixtures follow them.",
    )
    moved_to_group = models.CharField(max_length=40, blank=True, default="", db_default="", editable=False)

    class Meta:
        ordering = ["season_id", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "name"],
                name="stage_once_per_season",
                violation_error_message="This season has a stage with this name.",
            ),
            # Target of the foreign key that keeps a match in a stage of its own season.
            models.UniqueConstraint(fields=["id", "season"], name="stage_of_season"),
            models.CheckConstraint(
                condition=Q(carries="nothing", carries_record=False) | Q(carries_from__isnull=False),
                name="stage_carries_from_a_stage",
                violation_error_message="Choose the stage that the points come from.",
            ),
            models.CheckConstraint(
                condition=~Q(carries_from=F("id")), name="stage_carries_from_another_stage"
            ),
            models.CheckConstraint(
                condition=~Q(moved_to=F("id")) & (Q(moved_to_group="") | Q(moved_to__isnull=False)),
                name="stage_moved_to_another_stage",
            ),
            models.CheckConstraint(
                condition=both_or_neither("points_shootout_win", "points_shootout_loss"),
                name="stage_shootout_points_paired",
                violation_error_message="Enter the points of both sides of a shootout, or neither.",
            ),
            models.CheckConstraint(
                condition=both_or_neither("compared_place", "compared_through"),
                name="stage_compared_paired",
                violation_error_message="Enter the place and how many of its teams go through, or neither.",
            ),
            models.CheckConstraint(
                condition=between("points_win", 0, MAX_POINTS)
                & between("points_draw", 0, MAX_POINTS)
                & between("points_loss", 0, MAX_POINTS)
                & between("points_shootout_win", 0, MAX_POINTS)
                & between("points_shootout_loss", 0, MAX_POINTS),
                name="stage_points_in_range",
                violation_error_message=f"Points for one match are 0 to {MAX_POINTS}.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.season}, {self.name}"

    @property
    def has_table(self) -> bool:
        return self.kind in (self.Kind.LEAGUE, self.Kind.GROUPS)

    @property
    def is_split(self) -> bool:
        """True if the groups are parts into which a league splits."""
        return self.kind == self.Kind.GROUPS and bool(self.ranked_groups)

    @property
    def is_decided(self) -> bool:
        """True if the kind is known and, after a split, the stage that the points come from."""
        return self.kind != self.Kind.UNKNOWN and not (self.is_split and self.carries_from_id is None)

    @property
    def rules(self) -> TableRules:
        return TableRules(
            win=self.points_win,
            draw=self.points_draw,
            loss=self.points_loss,
            shootout_win=self.points_shootout_win,
            shootout_loss=self.points_shootout_loss,
            tie_breakers=tuple(TieBreaker(name) for name in self.tie_breakers),
            head_to_head_when_complete=self.head_to_head_when_complete,
        )

    def clean(self) -> None:
        """Raise ValidationError for rules that cannot be applied."""
        if len(set(self.tie_breakers)) < len(self.tie_breakers):
            raise ValidationError({"tie_breakers": "Name each rule once."})
        self._require_groups_to_compare()
        if self.compared_place is not None and self.compared_place <= (self.through_places or 0):
            raise ValidationError(
                {
                    "through_places": f"Teams in place {self.compared_place} are compared because only some"
                    " of them go through. By this value all of them do; enter at most"
                    f" {self.compared_place - 1}."
                }
            )
        source, seen = self.carries_from, set[int | None]()
        if source is not None and source.season_id != self.season_id:
            raise ValidationError({"carries_from": "Choose a stage of the same season."})
        if source is not None and not source.has_table:
            raise ValidationError(
                {"carries_from": f"{source.name} has no table that points could come from."}
            )
        while source is not None and source.pk not in seen:
            if source.pk == self.pk:
                raise ValidationError({"carries_from": "That stage takes points along from this one."})
            seen.add(source.pk)
            source = source.carries_from

    def _require_groups_to_compare(self) -> None:
        """Raise ValidationError if all teams of the compared place would go through.

        A stage without matches is not checked.
        """
        groups = self.matches.values("group").distinct().count() if self.pk else 0
        if self.kind == self.Kind.GROUPS and 0 < groups <= (self.compared_through or 0):
            raise ValidationError(
                {
                    "compared_through": f"By these rules the best {self.compared_through} teams in place"
                    f" {self.compared_place} go through, but {self.name} has only"
                    f" {groups} group{'' if groups == 1 else 's'}. Choose other rules or, if groups are"
                    " missing, import their matches first."
                }
            )


class DrawnLot(models.Model):
    """Rank of one team in an order that the competition decided for teams with equal tie-breakers.

    Such an order is usually drawn by lot. It can also follow from values that are not recorded here, such as
    yellow cards. Level teams are ordered by `number`, lowest first, if each of them has a lot. The number
    also counts when teams of different groups are compared.
    """

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="lots")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(help_text="1 for the team that is ranked first.")
    source = models.CharField(max_length=200, help_text="A link, or the organiser's statement.")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["stage_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["stage", "team"],
                name="lot_once_per_team",
                violation_error_message="This team has a lot in this stage.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.team} ({self.stage.name})"


class PointsAdjustment(models.Model):
    """One decision about a team's points. Append-only: a trigger refuses changes.

    If an appeal reduces a deduction from ten to six points, a second row adds four points on the date of the
    appeal. A row entered by mistake is cancelled by a row with the opposite points. As no row changes, the
    table of any earlier day can be computed.
    """

    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="adjustments")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="adjustments")
    points = models.SmallIntegerField(help_text="Negative for a deduction, e.g. -10.")
    decided_on = models.DateField(help_text="The adjustment counts in tables from this day on.")
    reason = models.CharField(max_length=200, help_text="Shown to readers; a few words.")
    source = models.CharField(max_length=200, help_text="A link, or the league's statement.")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["stage_id", "decided_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(points=0) & between("points", -MAX_ADJUSTMENT, MAX_ADJUSTMENT),
                name="adjustment_changes_points",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="adjustment_says_why"),
            models.UniqueConstraint(
                fields=["stage", "team", "decided_on", "points", "reason"], name="adjustment_entered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.points:+d} ({self.decided_on:%Y-%m-%d})"
