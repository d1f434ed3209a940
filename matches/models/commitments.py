"""Log of a match's live predictions, and the published commitments to this log (docs/proofs.md)."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from matches.models.fixtures import Match
from matches.models.predictions import Prediction


class PredictionLog(models.Model):
    """Number of live predictions of a match. Written by a trigger only (prediction_log.sql)."""

    match = models.OneToOneField(Match, on_delete=models.PROTECT, primary_key=True, related_name="log")
    size = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.match_id}: {self.size}"


class PredictionLogEntry(models.Model):
    """Position of a live prediction in the log of its match, from 1. Written by a trigger only."""

    pk = models.CompositePrimaryKey("match", "position")
    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.PositiveIntegerField()
    prediction = models.OneToOneField(Prediction, on_delete=models.PROTECT, related_name="entry")

    class Meta:
        verbose_name_plural = "log entries"

    def __str__(self) -> str:
        return f"{self.match_id}/{self.position}"


class Commitment(models.Model):
    """Root of the Merkle tree over the log of a match at its lock. A trigger makes it append-only.

    If the match locks again after a moved kickoff and the log has grown, it gets another commitment. The
    first `size` entries of the log never change.
    """

    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="commitments")
    number = models.PositiveSmallIntegerField(help_text="Starts at 1.")
    size = models.PositiveIntegerField(help_text="Number of predictions in the log.")
    root = models.CharField(max_length=64, help_text="RFC 6962 tree hash (SHA-256) over the predictions.")
    locked_at = models.DateTimeField(help_text="Lock of the match at the time of the commitment.")
    committed_at = models.DateTimeField(db_default=Now())
    before_result = models.BooleanField(help_text="Made before any result of the match was recorded.")
    about = models.JSONField(help_text="Description of the match at the time of the commitment.")

    class Meta:
        ordering = ["match_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["match", "number"], name="commitment_number_once"),
            models.UniqueConstraint(fields=["match", "size"], name="commitment_size_once"),
            models.CheckConstraint(condition=Q(size__gt=0, number__gt=0), name="commitment_of_something"),
            models.CheckConstraint(
                condition=Q(root__regex=r"^[0-9a-f]{64}$"), name="commitment_root_is_a_hash"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.match_id} #{self.number}: {self.root[:12]}"


class Timestamp(models.Model):
    """Timestamp of a commitment by an external authority (RFC 3161). A trigger makes it append-only."""

    commitment = models.OneToOneField(
        Commitment, on_delete=models.PROTECT, primary_key=True, related_name="timestamp"
    )
    authority = models.CharField(max_length=200, help_text="URL of the authority.")
    stated_at = models.DateTimeField(help_text="Time stated by the authority.")
    answer = models.BinaryField(help_text="Response of the authority (RFC 3161).")
    received_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.commitment_id}: {self.stated_at:%Y-%m-%d %H:%M:%S}"
