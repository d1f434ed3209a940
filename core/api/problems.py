"""Errors as application/problem+json (RFC 9457): what is wrong, where, and what is allowed."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import serializers, views

from core.api.exceptions import InvalidRequest, RequestRefused
from core.api.serializers import ReadOnlySerializer
from core.api.throttling import RateLimitExceeded

MEDIA_TYPE = "application/problem+json"
API = "/api/"


class ErrorSerializer(ReadOnlySerializer):
    """An invalid query parameter or body field, with the allowed values."""

    parameter = serializers.CharField(required=False)
    field = serializers.CharField(
        required=False, help_text="The path of the field, like `probabilities.home`."
    )
    code = serializers.CharField(help_text="Machine-readable code, like `unknown` or `invalid_choice`.")
    detail = serializers.CharField(help_text="Explanation.")
    allowed = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="The allowed values, if they can be listed."
    )


class ProblemSerializer(ReadOnlySerializer):
    """An error, as in RFC 9457."""

    type = serializers.CharField(help_text="`about:blank`: the status code says what kind of problem it is.")
    title = serializers.CharField(help_text="The name of the status code.")
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What is wrong, and what to do.")
    instance = serializers.CharField(help_text="The path of the request.")
    code = serializers.CharField(
        required=False, help_text="Machine-readable reason, like `prediction-locked`."
    )
    errors = ErrorSerializer(  # type: ignore[assignment] # a field, not the property
        many=True, required=False, help_text="One entry per invalid parameter or field."
    )


def problem(
    request: HttpRequest, status: int, detail: str, *, errors: Sequence[dict[str, Any]] = (), code: str = ""
) -> JsonResponse:
    """Return an error response as problem+json, which no cache may store."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "instance": request.path,
    }
    if code:
        body["code"] = code
    if errors:
        body["errors"] = list(errors)
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})


def problem_exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Return the problem+json response for an exception that DRF handles.

    Return None for any other exception: DRF then raises it.
    """
    handled = views.exception_handler(error, context)
    if handled is None:
        return None
    response = problem(
        context["request"],
        handled.status_code,
        _detail(handled.data),
        errors=error.errors if isinstance(error, InvalidRequest) else (),
        code=error.code if isinstance(error, RequestRefused) else "",
    )
    if isinstance(error, RateLimitExceeded):
        error.state.add_headers(response)
    for header in ("WWW-Authenticate", "Retry-After"):
        if header in handled.headers:
            response[header] = handled.headers[header]
    return response


def _detail(data: Any) -> str:
    return str(data["detail"]) if isinstance(data, dict) and "detail" in data else str(data)


@csrf_exempt  # any method gets the 404: there is nothing to forge
def unknown_path(request: HttpRequest, path: str = "") -> HttpResponse:
    """Return 404 for paths under /api/ without a route."""
    return problem(request, HTTPStatus.NOT_FOUND, "No endpoint has this path; /api/docs/ lists all of them.")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return 400, e.g. for an unknown Host header: problem+json under /api/, else HTML (handler400)."""
    if request.path.startswith(API):
        return problem(
            request,
            HTTPStatus.BAD_REQUEST,
            "The request is malformed, or its Host header is not a name of this site.",
        )
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return 500 without details of the error, which Django logs: problem+json under /api/, else HTML."""
    if request.path.startswith(API):
        return problem(
            request,
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "The server failed. The error has been recorded; try again later.",
        )
    return defaults.server_error(request)
