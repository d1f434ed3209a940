"""API keys for the programs of model makers, and stored responses of idempotent requests."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from matches.models.predictions import Forecaster


class ApiKey(models.Model):
    """API key for named forecasters. Only its hash is stored (matches/services/api_keys.py)."""

    class Scope(models.TextChoices):
        READ = "read", "read predictions of its forecasters before the lock"
        PREDICT = "predict", "submit predictions"

    name = models.CharField(max_length=80, help_text="Purpose of the key, e.g. nightly bot.")
    maker = models.CharField(max_length=80, help_text="Person or organisation that uses the key.")
    prefix = models.CharField(
        max_length=12, unique=True, editable=False, help_text="First characters of the key."
    )
    digest = models.CharField(max_length=64, editable=False)
    scopes = ArrayField(models.CharField(max_length=8, choices=Scope), help_text="Permissions of the key.")
    forecasters = models.ManyToManyField(
        Forecaster, related_name="keys", help_text="Forecasters for which the key may be used."
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Empty: the key never expires.")
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="Accurate to the minute.")

    class Meta:
        verbose_name = "API key"
        ordering = ["maker", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="api_key_is_hashed"),
            models.CheckConstraint(
                condition=Q(scopes__contained_by=["read", "predict"]) & Q(scopes__len__gt=0),
                name="api_key_scopes_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.maker}, {self.prefix}...)"


class StoredResponse(models.Model):
    """Stored response of a request with an `Idempotency-Key`, returned again if the request is repeated."""

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=100, help_text="The Idempotency-Key.")
    request = models.CharField(max_length=64, help_text="SHA-256 of method, address and body.")
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    stored_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "name"], name="stored_response_once")]

    def __str__(self) -> str:
        return f"{self.key_id}: {self.name}"
