"""Settings of Django REST framework and drf-spectacular, included by config/settings.py."""

from typing import Any

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["matches.authentication.KeyAuthentication"],  # no cookie, so no CSRF
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["core.api.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "core.api.renderers.Negotiation",
    "DEFAULT_SCHEMA_CLASS": "core.api.openapi.Schema",
    "EXCEPTION_HANDLER": "core.api.problems.problem_exception_handler",
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Final Whistle API",
    "DESCRIPTION": "Leaderboards, predictions, results and roundups of the football forecasting benchmark. "
    "Reading is public; submitting requires an API key. `/api/docs/` has the guide.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api(/v1)?",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "MatchStatus": "matches.statuses.Status",
        "RoundupStatus": "content.models.Roundup.Status",
        "ForecasterKind": "matches.models.Forecaster.Kind",
        "KindOfStage": "matches.models.Stage.Kind",
        "ResultState": "scoring.api.score_serializers.STATES",
        "Freshness": "ops.api.status.STATES",
        "LLMQuestionState": "matches.models.LLMQuestion.State",
        "MissReason": "matches.models.LLMQuestion.Reason",
        "LLMRequestPurpose": "matches.models.LLMRequest.Purpose",
        "ProvenanceEnum": "matches.models.Prediction.Provenance",
        "BoardRowProvenance": "stats.api.leaderboards.ROW_PROVENANCES",
    },
    "APPEND_COMPONENTS": {"securitySchemes": {"cronSecret": {"type": "http", "scheme": "bearer"}}},
}
