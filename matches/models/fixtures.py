"""Matches, with the history of their results and kickoffs."""

from datetime import UTC, date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Greatest

from core.db import sql
from core.http.links import link
from matches.kickoff_days import kickoff_day, kickoff_text
from matches.models.competitions import Competition, Season, Team
from matches.models.constraints import score_constraints
from matches.models.stages import Stage
from matches.statuses import CONFIRMS_KICKOFF, REPLAYABLE, SQL_LISTS, VOID, Award, Status

sql.define_lists(SQL_LISTS)


class ResultColumns(models.Model):
    """Columns of a result. `home_score` and `away_score` are the score after 90 minutes."""

    status = models.CharField(max_length=10, choices=Status, default=Status.SCHEDULED)
    home_score = models.SmallIntegerField(null=True, blank=True)
    away_score = models.SmallIntegerField(null=True, blank=True)
    home_score_aet = models.SmallIntegerField(
        null=True, blank=True, help_text="After 120 minutes, if played."
    )
    away_score_aet = models.SmallIntegerField(null=True, blank=True)
    home_penalties = models.SmallIntegerField(null=True, blank=True)
    away_penalties = models.SmallIntegerField(null=True, blank=True)
    award = models.CharField(
        max_length=4,
        choices=Award,
        blank=True,
        default=Award.NONE,
        db_default=Award.NONE,
        help_text="Which side an awarded match goes to. Without a score, the table counts 3-0; 0-3 for both"
        " sides if both lose.",
    )

    class Meta:
        abstract = True


class Match(ResultColumns):
    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="matches")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="matches")
    group = models.CharField(
        max_length=40, blank=True, default="", db_default="", help_text="Group of the stage, e.g. A."
    )
    round_label = models.CharField(max_length=100, help_text="E.g. Matchday 7 or Final.")
    matchday = models.PositiveSmallIntegerField(null=True, blank=True)
    kickoff_at = models.DateTimeField(db_index=True)
    kickoff_time_known = models.BooleanField(
        default=True,
        db_default=True,
        help_text="False if only the day is known: the kickoff is then the beginning of that day.",
    )
    lock_at = models.DateTimeField(help_text="From then on the database refuses live predictions.")
    sealed_until = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="While the kickoff is in doubt: the later of the reported kickoffs.",
    )
    # Generated, so that no code can set it to an earlier time. PostgreSQL's GREATEST ignores nulls.
    reveal_at = models.GeneratedField(
        expression=Case(
            When(status__in=CONFIRMS_KICKOFF, then=F("lock_at")), default=Greatest("lock_at", "sealed_until")
        ),
        output_field=models.DateTimeField(),
        db_persist=True,
        help_text="Predictions are secret until then: the lock, or later while the kickoff is in doubt.",
    )
    exposed_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When the predictions became secret again although they had been public. Live predictions"
        " received later are marked `after_exposure`. Set by the database.",
    )
    home_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="home_matches")
    away_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="away_matches")
    neutral = models.BooleanField(default=False)
    leg = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Of a tie of several matches. In the last one the aggregate decides, so a shootout may"
        " follow a score that is not level.",
    )
    game = models.PositiveSmallIntegerField(
        default=1, db_default=1, help_text="Number of this meeting of the two teams in this round."
    )
    result_version = models.PositiveIntegerField(default=0, help_text="Number of results recorded so far.")

    class Meta:
        verbose_name_plural = "matches"
        constraints = [
            *score_constraints("match"),
            models.CheckConstraint(
                condition=~Q(home_team=F("away_team")),
                name="match_two_teams",
                violation_error_message="A match needs two different teams.",
            ),
            models.CheckConstraint(condition=Q(lock_at__lte=F("kickoff_at")), name="match_locks_by_kickoff"),
            models.CheckConstraint(
                condition=Q(sealed_until__isnull=True) | Q(sealed_until__gt=F("lock_at")),
                name="match_sealed_beyond_lock",
            ),
            models.UniqueConstraint(
                fields=["stage", "group", "round_label", "home_team", "away_team", "game"],
                condition=~Q(status__in=list(REPLAYABLE)),
                name="match_once_per_round",
                violation_error_message="These teams meet in this round already. If this is another match,"
                " give it the next number under Game; else edit that match instead.",
            ),
        ]
        indexes = [models.Index(fields=["season", "kickoff_at"], name="match_season_kickoff")]

    def __str__(self) -> str:
        return f"{self.home_team} - {self.away_team} ({self.kickoff_on})"

    def get_absolute_url(self) -> str:
        return link("match", self.pk)

    def twin(self) -> "Match | None":
        """Return another match with the same stage, round, game number, home and away team, or None.

        Ignores abandoned and cancelled matches.
        """
        same = Match.objects.filter(
            stage=self.stage_id,
            group=self.group,
            game=self.game,
            round_label=self.round_label,
            home_team=self.home_team_id,
            away_team=self.away_team_id,
        )
        return same.exclude(pk=self.pk).exclude(status__in=REPLAYABLE).first()

    @property
    def kickoff_on(self) -> date:
        """Day of the kickoff (see `kickoff_day`)."""
        return kickoff_day(self.kickoff_at, time_known=self.kickoff_time_known)

    @property
    def kickoff_start(self) -> datetime | date:
        """Kickoff in UTC, or its day if the time is unknown."""
        return self.kickoff_at.astimezone(UTC) if self.kickoff_time_known else self.kickoff_on

    @property
    def is_kickoff_in_doubt(self) -> bool:
        """True if a kickoff that a feed or file reported may be wrong, and the doubt is still open."""
        return self.sealed_until is not None

    @property
    def is_last_leg(self) -> bool:
        """True for a second or later leg: the aggregate decides, so a shootout can follow any score."""
        return self.leg is not None and self.leg > 1

    @property
    def has_home_ground(self) -> bool:
        """True if the home team plays at its own ground.

        False for neutral grounds, and for single knockout matches and friendlies, because their grounds may
        be neutral.
        """
        may_be_neutral = self.stage.kind in (Stage.Kind.KNOCKOUT, Stage.Kind.FRIENDLY) and self.leg is None
        return not (self.neutral or may_be_neutral)

    @property
    def is_void(self) -> bool:
        return self.status in VOID

    @property
    def counting_score(self) -> tuple[int, int] | None:
        """Score that counts for the competition (`score_basis`), without the shootout; None if unknown."""
        basis = self.season.competition.score_basis
        pairs = [(self.home_score, self.away_score)]
        if basis == Competition.ScoreBasis.AFTER_EXTRA_TIME:
            pairs.insert(0, (self.home_score_aet, self.away_score_aet))
        return next(((home, away) for home, away in pairs if home is not None and away is not None), None)


class MatchSource(models.Model):
    """A source's id for one of our matches."""

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="sources")
    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=80)
    flipped = models.BooleanField(
        default=False, help_text="The source lists the teams in reverse order (neutral venue)."
    )
    added = models.BooleanField(
        default=False, db_default=False, editable=False, help_text="The match was created from this source."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="match_source_external_id_once")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"


class ResultRevision(ResultColumns):
    """One recorded result of a match. Append-only: a trigger refuses changes."""

    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField()
    source = models.CharField(max_length=40)
    reason = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["match_id", "version"]
        constraints = [
            *score_constraints("revision"),
            models.UniqueConstraint(fields=["match", "version"], name="revision_version_once"),
        ]
        # Partial: few revisions follow another one, and pages query the newest of these.
        indexes = [
            models.Index(
                fields=["-recorded_at", "-id"], condition=Q(version__gt=1), name="revision_corrections"
            )
        ]

    def __str__(self) -> str:
        return f"{self.match_id} v{self.version}: {self.status}"


class KickoffMove(models.Model):
    """One change of a match's kickoff. Append-only: a trigger refuses changes."""

    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="kickoff_moves")
    old_kickoff_at = models.DateTimeField()
    new_kickoff_at = models.DateTimeField()
    old_time_known = models.BooleanField(default=True, db_default=True)
    new_time_known = models.BooleanField(default=True, db_default=True)
    source = models.CharField(max_length=40)
    reason = models.CharField(max_length=200, blank=True)
    moved_at = models.DateTimeField()
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["match_id", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(old_kickoff_at=F("new_kickoff_at")), name="kickoff_move_moves_something"
            )
        ]

    def __str__(self) -> str:
        return f"{self.match_id}: {self.days}"

    @property
    def days(self) -> str:
        """Both kickoffs as plain text: "2025-08-16 14:00 UTC to 2025-08-17, time unknown"."""
        old = kickoff_text(self.old_kickoff_at, time_known=self.old_time_known)
        return f"{old} to {kickoff_text(self.new_kickoff_at, time_known=self.new_time_known)}"


class GroundMove(models.Model):
    """One match that moved to the ground of the other team. Append-only: a trigger refuses changes."""

    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="ground_moves")
    home_team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="+", help_text="The home team since then."
    )
    source = models.CharField(max_length=40)
    moved_at = models.DateTimeField()

    class Meta:
        ordering = ["match_id", "pk"]

    def __str__(self) -> str:
        return f"{self.match_id}: to {self.home_team}"
