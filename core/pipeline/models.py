"""The ledger: one row for each job that is queued, running or ended."""

from collections.abc import Iterable

from django.db import models
from django.db.models import CharField, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

_MATCH = "match:"
SUBJECT_LENGTH = 80


def match_subject(match_id: int | str) -> str:
    """Return the subject of jobs about a match, e.g. "match:42"."""
    return f"{_MATCH}{match_id}"


def match_subject_of(column: str) -> Concat:
    """Return a Django expression for the subject of a match's jobs, to be used in a subquery.

    `column` is the column of the outer query that contains the match id.
    """
    return Concat(Value(_MATCH), Cast(OuterRef(column), CharField()), output_field=CharField())


def match_subject_sql(column: str) -> str:
    """Return an SQL expression for the subject of a match's jobs. `column` contains the match id."""
    return f"'{_MATCH}' || {column}"


def match_id_of(subject: str) -> str | None:
    """Return the match id in the subject of a job; None if the job is not about one match."""
    return subject.removeprefix(_MATCH) if subject.startswith(_MATCH) else None


def states_sql(states: Iterable[str]) -> str:
    """Return states as a list for IN in SQL: `('queued', 'running')`."""
    return "({})".format(", ".join(f"'{state}'" for state in states))


class JobRun(models.Model):
    """A job and its outcome. The row in PostgreSQL is authoritative; RQ only delivers its id.

    The unique index allows at most one queued row per `(kind, key)`. So a request for a job that is already
    queued adds no row. A request for a job that is running, but not queued, adds one.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"
        SKIPPED = "skipped"

    OPEN = (State.QUEUED, State.RUNNING)
    GIVEN_UP = (State.FAILED, State.CANCELLED)
    RETRYABLE = (*GIVEN_UP, State.SKIPPED)
    ATTEMPTS = 3  # failed attempts after which a run is FAILED; an operator's retry allows as many again

    class Priority(models.IntegerChoices):
        """Priority of a run. Runs about today's matches come before all others (archive work)."""

        ARCHIVE = 0
        TODAY = 10

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=80, help_text="What the job is about: a match id, or 'all'.")
    subject = models.CharField(
        max_length=SUBJECT_LENGTH, blank=True, help_text="For people and filters, like match:42."
    )
    queue = models.CharField(max_length=20)
    priority = models.SmallIntegerField(choices=Priority, default=Priority.ARCHIVE)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempt = models.PositiveIntegerField(
        default=0, help_text="Number of the last claim; no two claims share one."
    )
    max_attempts = models.PositiveIntegerField(
        default=ATTEMPTS, help_text="Grows with every postponement, which is no failure, and every retry."
    )
    due_at = models.DateTimeField()
    postponed_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was first postponed since it was requested or retried."
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    pushed_at = models.DateTimeField(null=True, blank=True, help_text="When it was last pushed to Redis.")
    rq_job_id = models.CharField(max_length=80, blank=True)
    triggered_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="triggered"
    )
    error = models.TextField(blank=True, help_text="The last error, or why the job was skipped.")
    traceback = models.TextField(blank=True, help_text="The traceback of every failed attempt.")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(state="queued"), name="jobrun_one_waiting_per_key"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running", "done", "failed", "cancelled", "skipped"]),
                name="jobrun_state_known",
            ),
            models.CheckConstraint(
                condition=Q(attempt__lte=F("max_attempts")), name="jobrun_attempts_within_limit"
            ),
            models.CheckConstraint(
                condition=Q(state="running", lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_until__isnull=True)),
                name="jobrun_lease_only_while_running",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"], finished_at__isnull=True)
                | (~Q(state__in=["queued", "running"]) & Q(finished_at__isnull=False)),
                name="jobrun_finished_at_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="queued"), name="jobrun_waiting"),
            models.Index(
                fields=["queue", "priority"],
                condition=Q(state="queued", pushed_at__isnull=False),
                name="jobrun_in_redis",
            ),
            models.Index(
                fields=["queue", "-priority", "due_at", "id"],
                condition=Q(state="queued"),
                name="jobrun_next",
            ),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="jobrun_running"),
            models.Index(fields=["subject", "-id"], name="jobrun_subject"),
            models.Index(fields=["-finished_at"], condition=Q(state="failed"), name="jobrun_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject or self.key} #{self.pk}"

    @property
    def tries(self) -> int:
        """Number of attempts that count against ATTEMPTS.

        Attempts before the last retry by an operator and postponed attempts do not count.
        """
        return self.attempt - (self.max_attempts - self.ATTEMPTS)


class Heartbeat(models.Model):
    """Time at which a long-running process, or Redis, was last known to be alive."""

    name = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.beat_at:%H:%M:%S}"
