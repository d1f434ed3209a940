"""LLM endpoints: address, model, limits, prices and daily usage."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from matches.models.constraints import between, both_or_neither
from matches.models.predictions import Forecaster

# Restricted, so that an editor of endpoints cannot have e.g. SECRET_KEY sent to a server.
KEY_VARIABLE = r"^LLM_(API_KEY|KEY_[A-Z0-9_]+)$"
MAX_TIMEOUT_SECONDS = 300  # for one response; FORECASTS_TIMEOUT is long enough for it


class Endpoint(models.Model):
    """An OpenAI-compatible endpoint and its model, for one forecaster or for the roundup writer.

    Blank fields default to environment variables. The last three columns are the state of the circuit
    breaker; only `matches.llm.usage_limits` writes them.
    """

    class Purpose(models.TextChoices):
        FORECASTS = "forecasts", "a forecaster"
        ROUNDUPS = "roundups", "the roundup writer"

    class AnswerFormat(models.TextChoices):
        JSON_SCHEMA = "json_schema", "JSON with a schema"
        JSON_OBJECT = "json_object", "JSON without a schema"
        TEXT = "text", "text (only the prompt requests JSON)"

    class TokenParameter(models.TextChoices):
        MAX_TOKENS = "max_tokens", "max_tokens"
        MAX_COMPLETION_TOKENS = "max_completion_tokens", "max_completion_tokens"

    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.FORECASTS)
    forecaster = models.OneToOneField(
        Forecaster, null=True, blank=True, on_delete=models.PROTECT, related_name="endpoint"
    )
    enabled = models.BooleanField(default=True, help_text="Requests are sent only to enabled endpoints.")
    base_url = models.CharField(
        max_length=200,
        blank=True,
        verbose_name="base URL",
        help_text="E.g. https://api.example.org/v1. Empty: LLM_BASE_URL of the environment.",
    )
    model = models.CharField(
        max_length=120,
        blank=True,
        help_text="Name of the model at the endpoint. Empty: LLM_MODEL of the environment.",
    )
    accepted_models = models.TextField(
        blank=True,
        help_text="Other names of this model in responses, one per line, e.g. a dated snapshot. Answers of"
        " other models are not accepted.",
    )
    key_variable = models.CharField(
        max_length=60,
        blank=True,
        validators=[RegexValidator(KEY_VARIABLE, "The name must be LLM_API_KEY, or start with LLM_KEY_.")],
        help_text="Environment variable that contains the key: LLM_API_KEY, or one that starts with LLM_KEY_."
        " Empty: the entered key is sent, if there is one.",
    )
    sealed_key = models.TextField(blank=True, editable=False)
    key_set_at = models.DateTimeField(null=True, editable=False)

    answer_format = models.CharField(
        max_length=12,
        choices=AnswerFormat,
        default=AnswerFormat.JSON_SCHEMA,
        help_text="Strictest format that the endpoint supports.",
    )
    token_parameter = models.CharField(
        max_length=22,
        choices=TokenParameter,
        default=TokenParameter.MAX_TOKENS,
        help_text="Name of the token limit in requests; reasoning models require the longer name.",
    )
    max_tokens = models.PositiveIntegerField(
        default=1000, help_text="Maximum per answer. Reasoning models need more."
    )
    temperature = models.FloatField(
        null=True, blank=True, help_text="Empty: not sent, so the endpoint's default applies."
    )
    timeout_seconds = models.PositiveSmallIntegerField(default=60, help_text="Time limit of one request.")

    input_price = models.DecimalField(
        max_digits=10, decimal_places=4, null=True, blank=True, help_text="Per million tokens of the prompt."
    )
    output_price = models.DecimalField(
        max_digits=10, decimal_places=4, null=True, blank=True, help_text="Per million tokens of the answer."
    )
    daily_requests = models.PositiveIntegerField(
        null=True, blank=True, help_text="Maximum per day (UTC). Empty: no limit."
    )
    daily_tokens = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="Maximum per day, prompts and answers together. Empty: no limit."
    )
    daily_cost = models.DecimalField(
        max_digits=10,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="Maximum per day; requires prices.",
    )

    failures_in_row = models.PositiveSmallIntegerField(default=0, editable=False)
    paused_at = models.DateTimeField(null=True, editable=False)
    paused_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "LLM endpoint"
        ordering = ["purpose", "forecaster__name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose="forecasts", forecaster__isnull=False)
                | Q(purpose="roundups", forecaster__isnull=True),
                name="endpoint_serves_one",
                violation_error_message="Select a forecaster, or none for the roundup writer.",
            ),
            models.UniqueConstraint(
                fields=["purpose"],
                condition=Q(purpose="roundups"),
                name="endpoint_one_roundup_writer",
                violation_error_message="The roundup writer has an endpoint already; edit that one.",
            ),
            models.CheckConstraint(
                condition=Q(key_variable="") | Q(sealed_key=""),
                name="endpoint_one_key",
                violation_error_message="Use either a variable or an entered key, not both.",
            ),
            models.CheckConstraint(
                condition=Q(sealed_key="", key_set_at__isnull=True)
                | ~Q(sealed_key="") & Q(key_set_at__isnull=False),
                name="endpoint_key_set_at_says_when",
            ),
            models.CheckConstraint(
                condition=between("max_tokens", 16, 200_000)
                & between("timeout_seconds", 5, MAX_TIMEOUT_SECONDS)
                & between("temperature", 0, 2),
                name="endpoint_limits_in_range",
                violation_error_message="Allowed: 16 to 200000 tokens, 5 to 300 seconds, temperature 0 to 2.",
            ),
            models.CheckConstraint(
                condition=both_or_neither("input_price", "output_price")
                & between("input_price", 0, 1_000_000)
                & between("output_price", 0, 1_000_000),
                name="endpoint_prices_paired",
                violation_error_message="Enter both prices or none; they must not be negative.",
            ),
            models.CheckConstraint(
                condition=Q(daily_cost__isnull=True) | Q(daily_cost__gte=0, input_price__isnull=False),
                name="endpoint_cost_limit_needs_prices",
                violation_error_message="A cost limit requires both prices.",
            ),
            models.CheckConstraint(
                condition=both_or_neither("paused_at", "paused_until"), name="endpoint_pause_paired"
            ),
        ]

    def __str__(self) -> str:
        return str(self.forecaster) if self.forecaster_id else "the roundup writer"

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None

    @property
    def pause_text(self) -> str:
        """Description of the current pause, or ""."""
        if self.paused_at is None or self.paused_until is None:
            return ""
        return (
            f"paused since {self.paused_at:%Y-%m-%d %H:%M} UTC after {self.failures_in_row} failures in a row"
            f", next attempt {self.paused_until:%Y-%m-%d %H:%M} UTC"
        )


class DailyUsage(models.Model):
    """Usage of an endpoint on one day (UTC), including what running requests have reserved."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="daily_usage")
    day = models.DateField()
    requests = models.PositiveIntegerField(default=0)
    tokens = models.PositiveBigIntegerField(default=0)
    cost = models.DecimalField(max_digits=16, decimal_places=8, default=0)

    class Meta:
        ordering = ["endpoint_id", "-day"]
        verbose_name = verbose_name_plural = "daily usage"
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "day"], name="daily_usage_once_a_day"),
            models.CheckConstraint(condition=Q(cost__gte=0), name="daily_usage_cost_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.endpoint} on {self.day:%Y-%m-%d}"
