"""What the world tells us. Everything the other apps hold can be rebuilt from these tables."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from matches.results import MAX_GOALS
from matches.statuses import VOID, Status


def both_or_neither(first: str, second: str) -> Q:
    """Paired columns: a score without its other half is no score."""
    return Q(**{f"{first}__isnull": True, f"{second}__isnull": True}) | Q(
        **{f"{first}__isnull": False, f"{second}__isnull": False}
    )


def between(field: str, low: float, high: float) -> Q:
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": low, f"{field}__lte": high})


def score_constraints(table: str) -> list[models.CheckConstraint]:
    """Constraints shared by Match and ResultRevision, which carry the same score columns."""
    rules = {
        "score_paired": both_or_neither("home_score", "away_score"),
        "aet_paired": both_or_neither("home_score_aet", "away_score_aet"),
        "penalties_paired": both_or_neither("home_penalties", "away_penalties"),
        "goals_in_range": between("home_score", 0, MAX_GOALS)
        & between("away_score", 0, MAX_GOALS)
        & between("home_score_aet", 0, MAX_GOALS)
        & between("away_score_aet", 0, MAX_GOALS),
        "penalties_in_range": between("home_penalties", 0, 60) & between("away_penalties", 0, 60),
        "finished_has_score": ~Q(status=Status.FINISHED) | Q(home_score__isnull=False),
        "status_known": Q(status__in=Status.values),
    }
    return [models.CheckConstraint(condition=rule, name=f"{table}_{name}") for name, rule in rules.items()]


class Competition(models.Model):
    class ScoreBasis(models.TextChoices):
        FULL_TIME = "full_time", "after 90 minutes"
        AFTER_EXTRA_TIME = "after_extra_time", "after extra time"

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    country = models.CharField(max_length=60, blank=True)
    score_basis = models.CharField(max_length=20, choices=ScoreBasis, default=ScoreBasis.FULL_TIME)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("competition", args=[self.slug])


class Season(models.Model):
    competition = models.ForeignKey(Competition, on_delete=models.PROTECT, related_name="seasons")
    label = models.CharField(max_length=20, help_text="Like 2015/16.")
    starts_on = models.DateField()
    ends_on = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True, help_text="Set when its last result is in.")

    class Meta:
        ordering = ["-starts_on", "competition_id"]
        constraints = [
            models.UniqueConstraint(fields=["competition", "label"], name="season_once_per_competition"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="season_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.competition} {self.label}"


class Team(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    short_name = models.CharField(max_length=30)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TeamAlias(models.Model):
    """What a source calls a team. Names without an alias are reported, never guessed."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="aliases")
    source = models.CharField(max_length=40)
    name = models.CharField(max_length=100)

    class Meta:
        verbose_name_plural = "team aliases"
        constraints = [models.UniqueConstraint(fields=["source", "name"], name="alias_once_per_source")]

    def __str__(self) -> str:
        return f"{self.name} ({self.source})"


class Scoreline(models.Model):
    """The columns of a result. `home_score` and `away_score` count the 90 minutes."""

    status = models.CharField(max_length=10, choices=Status, default=Status.SCHEDULED)
    home_score = models.SmallIntegerField(null=True, blank=True)
    away_score = models.SmallIntegerField(null=True, blank=True)
    home_score_aet = models.SmallIntegerField(
        null=True, blank=True, help_text="After 120 minutes, if played."
    )
    away_score_aet = models.SmallIntegerField(null=True, blank=True)
    home_penalties = models.SmallIntegerField(null=True, blank=True)
    away_penalties = models.SmallIntegerField(null=True, blank=True)

    class Meta:
        abstract = True


class Match(Scoreline):
    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="matches")
    round_label = models.CharField(max_length=40, help_text="Like Matchday 7, or Final.")
    matchday = models.PositiveSmallIntegerField(null=True, blank=True)
    kickoff_at = models.DateTimeField(db_index=True)
    lock_at = models.DateTimeField(help_text="From here on the database refuses live predictions.")
    home_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="home_matches")
    away_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="away_matches")
    neutral = models.BooleanField(default=False)
    result_version = models.PositiveIntegerField(default=0, help_text="Counts the results recorded so far.")

    class Meta:
        verbose_name_plural = "matches"
        constraints = [
            *score_constraints("match"),
            models.CheckConstraint(condition=~Q(home_team=F("away_team")), name="match_two_teams"),
            models.CheckConstraint(condition=Q(lock_at__lte=F("kickoff_at")), name="match_locks_by_kickoff"),
            models.UniqueConstraint(
                fields=["season", "round_label", "home_team", "away_team"],
                condition=~Q(status__in=[Status.ABANDONED, Status.CANCELLED]),
                name="match_once_per_round",
            ),
        ]
        indexes = [models.Index(fields=["season", "kickoff_at"], name="match_season_kickoff")]

    def __str__(self) -> str:
        return f"{self.home_team} - {self.away_team} ({self.kickoff_at:%Y-%m-%d})"

    def get_absolute_url(self) -> str:
        return reverse("match", args=[self.pk])

    @property
    def is_void(self) -> bool:
        return self.status in VOID

    @property
    def counting_score(self) -> tuple[int, int] | None:
        """The score that counts under the competition's basis, never the shootout; None without one."""
        basis = self.season.competition.score_basis
        pairs = [(self.home_score, self.away_score)]
        if basis == Competition.ScoreBasis.AFTER_EXTRA_TIME:
            pairs.insert(0, (self.home_score_aet, self.away_score_aet))
        return next(((home, away) for home, away in pairs if home is not None and away is not None), None)


class MatchSource(models.Model):
    """The id that a feed gives to one of our matches."""

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="sources")
    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="match_source_external_id_once")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"


class ResultRevision(Scoreline):
    """One recorded result of a match. Append-only: the database refuses changes (migration 0002)."""

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

    def __str__(self) -> str:
        return f"{self.match_id} v{self.version}: {self.status}"


class Forecaster(models.Model):
    """Whoever predicts. A new version is a new row with a parent; the retired stay on their boards."""

    class Kind(models.TextChoices):
        LLM = "llm", "LLM"
        STATISTICAL = "statistical", "statistical model"
        BOOKMAKER = "bookmaker", "bookmaker"
        HUMAN = "human", "human"

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    description = models.TextField(blank=True)
    maker = models.CharField(max_length=80, blank=True)
    model_version = models.CharField(max_length=80, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="successors"
    )
    is_baseline = models.BooleanField(default=False)
    active_from = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["llm", "statistical", "bookmaker", "human"]),
                name="forecaster_kind_known",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("forecaster", args=[self.slug])


class PredictionQuerySet(models.QuerySet["Prediction"]):
    def current(self) -> "PredictionQuerySet":
        """Those that count: the last one of each forecaster."""
        return self.filter(superseded_at__isnull=True)


class Prediction(models.Model):
    """A score, or three probabilities, or both. The lock trigger (migration 0002) guards every row.

    The database stamps `submitted_at` itself, refuses live rows after the lock, and refuses any
    change or deletion of a locked row, whichever code asks.
    """

    class Provenance(models.TextChoices):
        LIVE = "live", "live: received here before the lock"
        ARCHIVE = "archive", "archive: imported afterwards from a published source"

    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="predictions")
    forecaster = models.ForeignKey(Forecaster, on_delete=models.PROTECT, related_name="predictions")
    home_goals = models.SmallIntegerField(null=True, blank=True)
    away_goals = models.SmallIntegerField(null=True, blank=True)
    p_home = models.FloatField(null=True, blank=True)
    p_draw = models.FloatField(null=True, blank=True)
    p_away = models.FloatField(null=True, blank=True)
    submitted_at = models.DateTimeField(help_text="When it was received here, by the database's clock.")
    predicted_at = models.DateTimeField(null=True, blank=True, help_text="When its source says it was made.")
    provenance = models.CharField(max_length=8, choices=Provenance)
    superseded_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, help_text="SHA-256 over the canonical form.")
    rationale = models.TextField(blank=True)

    objects = PredictionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["match", "forecaster"],
                condition=Q(superseded_at__isnull=True),
                name="prediction_one_current",
            ),
            models.CheckConstraint(
                condition=both_or_neither("home_goals", "away_goals"), name="prediction_score_paired"
            ),
            models.CheckConstraint(
                condition=Q(p_home__isnull=True, p_draw__isnull=True, p_away__isnull=True)
                | Q(p_home__isnull=False, p_draw__isnull=False, p_away__isnull=False),
                name="prediction_probabilities_together",
            ),
            models.CheckConstraint(
                condition=Q(home_goals__isnull=False) | Q(p_home__isnull=False),
                name="prediction_says_something",
            ),
            models.CheckConstraint(
                condition=between("home_goals", 0, MAX_GOALS) & between("away_goals", 0, MAX_GOALS),
                name="prediction_goals_in_range",
            ),
            models.CheckConstraint(
                condition=between("p_home", 0, 1) & between("p_draw", 0, 1) & between("p_away", 0, 1),
                name="prediction_probabilities_in_range",
            ),
            models.CheckConstraint(
                condition=Q(p_home__isnull=True)
                | Q(
                    p_home__gte=0.999 - F("p_draw") - F("p_away"),
                    p_home__lte=1.001 - F("p_draw") - F("p_away"),
                ),
                name="prediction_probabilities_sum_to_one",
            ),
            models.CheckConstraint(
                condition=Q(provenance__in=["live", "archive"]), name="prediction_provenance_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.forecaster} on {self.match}"
