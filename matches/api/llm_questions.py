"""LLM questions in the API: GET /api/v1/matches/{id}/askings/, and usage statistics of a forecaster."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.pagination import EnvelopeSerializer
from core.api.serializers import ReadOnlySerializer, RowSerializer
from core.api.views import ListResource
from matches.api.not_found import match_or_404
from matches.llm import usage
from matches.models import Forecaster, LLMQuestion, LLMRequest, Match


class LLMPauseSerializer(ReadOnlySerializer):
    """Pause of an LLM forecaster after five failures in a row."""

    since = serializers.DateTimeField()
    failures = serializers.IntegerField(help_text="Failures in a row, until now.")
    tried_again_at = serializers.DateTimeField(
        help_text="Time of one trial request; the pause ends if it succeeds."
    )


class ForecasterUsageSerializer(ReadOnlySerializer):
    """Usage statistics of an LLM forecaster, loaded when the forecaster is serialized."""

    model = serializers.CharField(
        help_text="The model that must answer; an answer by another model is a miss."
    )
    questions = serializers.IntegerField(help_text="Number of questions, answered or missed.")
    answered = serializers.IntegerField()
    missed = serializers.IntegerField()
    misses = serializers.DictField(child=serializers.IntegerField(), help_text="Number of misses by reason.")
    requests = serializers.IntegerField(
        help_text="Number of requests, with retries and requests to correct an unusable answer."
    )
    tokens_in = serializers.IntegerField()
    tokens_out = serializers.IntegerField()
    cost = serializers.FloatField(allow_null=True, help_text="Null if no price is known.")
    latency_ms = serializers.IntegerField(allow_null=True, help_text="Median latency of usable answers.")
    pause = LLMPauseSerializer(allow_null=True)

    def get_attribute(self, instance: Forecaster) -> Any:
        return usage.usage_by_forecaster(instance)


class LLMRequestSerializer(RowSerializer):
    """One request to a language model, and its response."""

    answer = serializers.CharField(source="text", help_text="Text of the response.")
    cost = serializers.FloatField(allow_null=True, help_text="Null if no price is known.")

    class Meta:
        model = LLMRequest
        fields = [
            *["purpose", "asked_at", "answered_at", "model", "answer", "fault"],
            *["tokens_in", "tokens_out", "cost", "latency_ms"],
        ]


class MessageSerializer(ReadOnlySerializer):
    """One message of a prompt."""

    role = serializers.CharField()
    content = serializers.CharField()


class LLMQuestionRowSerializer(RowSerializer):
    """A question to a language model, and its outcome."""

    forecaster = serializers.SlugRelatedField(slug_field="slug", read_only=True)  # type: ignore[var-annotated]
    prediction = serializers.IntegerField(
        source="prediction_id", allow_null=True, help_text="Id of the prediction."
    )

    class Meta:
        model = LLMQuestion
        fields = [
            *["id", "forecaster", "kickoff_at", "model", "prompt_hash", "frozen_at"],
            *["state", "reason", "ended_at", "prediction"],
        ]


class LLMQuestionSerializer(LLMQuestionRowSerializer):
    """A question with its context, prompt and requests, which are included only from `reveal_at` on."""

    known = serializers.SerializerMethodField(help_text="Context of the prompt. Null before `reveal_at`.")
    prompt = serializers.SerializerMethodField(help_text="Messages of the prompt. Empty before `reveal_at`.")
    calls = serializers.SerializerMethodField(help_text="Requests to the model. Empty before `reveal_at`.")

    class Meta(LLMQuestionRowSerializer.Meta):
        fields = [*LLMQuestionRowSerializer.Meta.fields, "known", "prompt", "calls"]

    @extend_schema_field(serializers.DictField(allow_null=True))
    def get_known(self, question: LLMQuestion) -> Any:
        return question.context if self.context["view"].is_revealed else None

    @extend_schema_field(MessageSerializer(many=True))
    def get_prompt(self, question: LLMQuestion) -> Any:
        return question.messages if self.context["view"].is_revealed else []

    @extend_schema_field(LLMRequestSerializer(many=True))
    def get_calls(self, question: LLMQuestion) -> Any:
        return (
            LLMRequestSerializer(question.requests, many=True).data
            if self.context["view"].is_revealed
            else []
        )


class LockMetaSerializer(ReadOnlySerializer):
    """Lock time of a match, and the time from which its predictions are public."""

    match = serializers.IntegerField(source="pk", help_text="Id of the match.")
    lock_at = serializers.DateTimeField(help_text="From this time on, no prediction can be added or changed.")
    locked = serializers.SerializerMethodField()
    reveal_at = serializers.DateTimeField(
        help_text="Predictions are secret until then: `lock_at`, or later if the kickoff is in doubt."
    )
    revealed = serializers.SerializerMethodField()

    def get_locked(self, match: Match) -> bool:
        return bool(self.context["now"] >= match.lock_at)

    def get_revealed(self, match: Match) -> bool:
        return bool(self.context["now"] >= match.reveal_at)


@extend_schema_serializer(many=False)
class LLMQuestionListSerializer(EnvelopeSerializer):
    """The questions about a match."""

    meta = LockMetaSerializer()
    results = LLMQuestionSerializer(many=True)


class MatchLLMQuestionViewSet(ListResource):
    """Questions to language models about a match, with their answers, newest first.

    The forecaster and the hash of the prompt are public at once. The prompt, its context and the answers are
    public from `reveal_at` on. If a question has a different kickoff from the match, the kickoff was moved
    after the question was created.
    """

    queryset = LLMQuestion.objects.none()
    serializer_class = LLMQuestionSerializer
    is_revealed = False

    @extend_schema(summary="Questions to language models", responses=LLMQuestionListSerializer)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    def get_serializer_class(self) -> type[RowSerializer]:
        renderer = getattr(self.request, "accepted_renderer", None)  # unset during schema generation
        return LLMQuestionRowSerializer if renderer and renderer.format == "csv" else LLMQuestionSerializer

    def get_queryset(self) -> QuerySet[LLMQuestion]:
        match, now = match_or_404(self.kwargs["id"]), timezone.now()
        self.is_revealed = now >= match.reveal_at
        self.meta = LockMetaSerializer(match, context={"now": now}).data
        calls = Prefetch("requests", LLMRequest.objects.order_by("pk").defer("raw", "messages"))
        rows = LLMQuestion.objects.filter(match=match).select_related("forecaster")
        return rows.prefetch_related(calls).order_by("-pk")
