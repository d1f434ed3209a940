"""Questions to language models and requests to endpoints. Triggers allow only their outcome to be added."""

from django.db import models
from django.db.models import Q

from matches.models.endpoints import Endpoint
from matches.models.fixtures import Match
from matches.models.predictions import Forecaster, Prediction


class Reason(models.TextChoices):
    """Reasons for a missed question. The first seven are faults of the model or its endpoint."""

    REFUSAL = "refusal", "the model refused"
    TIMEOUT = "timeout", "no complete response in time"
    INVALID = "invalid", "no valid answer, even after a repair request"
    OTHER_MODEL = "other_model", "another model answered"
    TOO_LARGE = "too_large", "the response was too large"
    HTTP_ERROR = "http_error", "the endpoint returned an error"
    CONNECTION = "connection", "the endpoint could not be reached"
    LATE = "late", "the answer arrived after the lock"
    LOCKED = "locked", "the match locked before the request"
    BUDGET = "budget", "the daily limit was reached"
    PAUSED = "paused", "the endpoint was paused after failures"
    LOST = "lost", "the worker process died"
    MOVED = "moved", "the kickoff was moved before there was an answer"


def _is_reason(field: str) -> Q:
    return Q(**{field: ""}) | Q(**{f"{field}__in": Reason.values})


class LLMQuestion(models.Model):
    """One question to one forecaster about one match and kickoff, with its outcome.

    The context and the prompt do not change after creation, so a retry sends the same prompt. A moved kickoff
    leads to a new question. A trigger allows the outcome to be recorded once, and no other change.
    """

    Reason = Reason

    class State(models.TextChoices):
        OPEN = "open"
        ANSWERED = "answered"
        MISSED = "missed"

    FAULTS = (
        *(Reason.REFUSAL, Reason.TIMEOUT, Reason.INVALID, Reason.OTHER_MODEL),
        *(Reason.TOO_LARGE, Reason.HTTP_ERROR, Reason.CONNECTION),
    )

    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="llm_questions")
    forecaster = models.ForeignKey(Forecaster, on_delete=models.PROTECT, related_name="llm_questions")
    kickoff_at = models.DateTimeField(help_text="Kickoff at the time of the question.")
    model = models.CharField(max_length=120, help_text="Requested model.")
    context = models.JSONField(
        null=True, help_text="Facts known at that time; null if no prompt was created."
    )
    messages = models.JSONField(default=list, help_text="The prompt, as sent.")
    prompt_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the prompt.")
    frozen_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    reason = models.CharField(max_length=11, choices=Reason, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    prediction = models.OneToOneField(
        Prediction, null=True, blank=True, on_delete=models.PROTECT, related_name="llm_question"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "model question"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["match", "forecaster", "kickoff_at"], name="llm_question_once_per_kickoff"
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True, prediction__isnull=True, reason="")
                | Q(state="answered", ended_at__isnull=False, prediction__isnull=False, reason="")
                | Q(state="missed", ended_at__isnull=False, prediction__isnull=True) & ~Q(reason=""),
                name="llm_question_state_fits_its_end",
            ),
            models.CheckConstraint(condition=_is_reason("reason"), name="llm_question_reason_known"),
            models.CheckConstraint(
                condition=Q(context__isnull=False) & ~Q(prompt_hash="") | Q(state="missed", prompt_hash=""),
                name="llm_question_is_frozen",
            ),
        ]
        indexes = [
            models.Index(fields=["forecaster", "-id"], name="llm_question_of_forecaster"),
            models.Index(fields=["match"], condition=Q(state="open"), name="llm_question_open"),
        ]

    def __str__(self) -> str:
        return f"{self.forecaster} on {self.match}: {self.state}"


class LLMRequest(models.Model):
    """One request to an endpoint. The row is saved, and the daily usage reserved, before the request is sent.

    The response fills in the other columns, once; a trigger refuses other changes. If the worker dies, no
    response is stored, and the reserved usage counts as used.
    """

    class Purpose(models.TextChoices):
        ASK = "ask", "question"
        REPAIR = "repair", "repair request"
        AGAIN = "again", "retry after an error"
        WRITE = "write", "roundup"
        TRIAL = "trial", "trial by an operator"

    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="requests")
    question = models.ForeignKey(
        LLMQuestion, null=True, blank=True, on_delete=models.PROTECT, related_name="requests"
    )
    match = models.ForeignKey(Match, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=6, choices=Purpose)
    host = models.CharField(max_length=120, help_text="Host of the endpoint.")
    messages = models.JSONField(help_text="The messages sent.")
    asked_at = models.DateTimeField()
    reserved_tokens = models.PositiveBigIntegerField()
    reserved_cost = models.DecimalField(max_digits=16, decimal_places=8, null=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="HTTP status.")
    raw = models.TextField(blank=True, help_text="Response body, truncated to 64,000 characters.")
    text = models.TextField(blank=True, help_text="Answer of the model.")
    model = models.CharField(max_length=120, blank=True, help_text="Model named in the response.")
    tokens_in = models.PositiveIntegerField(null=True, blank=True)
    tokens_out = models.PositiveIntegerField(null=True, blank=True)
    cost = models.DecimalField(max_digits=16, decimal_places=8, null=True, blank=True)
    latency_ms = models.PositiveIntegerField(null=True, blank=True)
    fault = models.CharField(max_length=11, blank=True, help_text="Reason if the response was unusable.")
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "API call"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=["ask", "repair", "again"], question__isnull=False)
                | Q(purpose__in=["write", "trial"], question__isnull=True),
                name="llm_request_belongs_to_question",
            ),
            models.CheckConstraint(condition=_is_reason("fault"), name="llm_request_fault_known"),
            # Two attempts of one job must not wait for a response at the same time.
            models.UniqueConstraint(
                fields=["question"],
                condition=Q(answered_at__isnull=True, question__isnull=False),
                name="llm_request_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk} to {self.endpoint}"
