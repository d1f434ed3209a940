"""AutoSchema of the API views for drf-spectacular."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse

from core.api.problems import MEDIA_TYPE, ProblemSerializer
from core.api.query_params import QueryParameters

ERRORS = {
    400: "Unknown parameters or invalid values; `errors` lists each.",
    401: "The `Authorization` header has no valid API key; it may be expired or revoked.",
    404: "No such resource, page or path.",
    405: "The method is not allowed.",
    406: "The response is not available in the format of the `Accept` header.",
    429: "Too many requests; try again after `Retry-After` seconds.",
    500: "The server failed; the error has been recorded.",
    503: "Temporarily unavailable; `detail` contains the reason.",
}
# Additional errors of endpoints that store something.
WRITE_ERRORS = {
    400: "Unknown parameters, or a body that is not strict JSON (e.g. a duplicate name).",
    403: "Not allowed for this key; `code` is the reason.",
    409: "No longer possible; `code` is the reason.",
    413: "The body is too large.",
    415: "The body is not `application/json`.",
    422: "Invalid values; `errors` lists each field.",
}


class Schema(AutoSchema):
    """AutoSchema that adds to each operation its declared query parameters and possible error responses."""

    def get_operation(self, *args: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args)
        if operation is not None:
            operation.setdefault("security", [])  # public
        return operation

    def get_auth(self) -> list[dict[str, Any]]:
        """Return the security requirements: writing requires a key, reading none.

        For GET requests to views with `key_shows_more`, a key is optional.
        """
        is_public = self.method == "GET" and not getattr(self.view, "key_shows_more", False)
        found: list[dict[str, Any]] = super().get_auth()
        return [each for each in found if "apiKey" not in each and each] if is_public else found

    def get_override_parameters(self) -> list[Any]:
        declared = getattr(self.view, "get_parameters", None)
        return [] if declared is None or declared() is QueryParameters else [declared()]

    def _process_override_parameters(self, direction: str = "request") -> dict[Any, Any]:
        parameters: dict[Any, Any] = super()._process_override_parameters(direction)  # type: ignore[no-untyped-call]
        for parameter in parameters.values():
            if not parameter.get("required"):  # an empty `?kind=` counts as absent
                parameter["allowEmptyValue"] = True
                parameter["schema"].pop("minLength", None)
        return parameters

    def _get_format_parameters(self) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super()._get_format_parameters()
        return [parameter | {"allowEmptyValue": True} for parameter in parameters]

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)  # type: ignore[arg-type]
        if not hasattr(self.view, "get_parameters"):
            return bodies
        stores = hasattr(self.view, "scope") and self.method != "GET"
        for code, description in (ERRORS | (WRITE_ERRORS if stores else {})).items():
            bodies.setdefault(str(code), self._problem(code, description))
        for body in bodies.values():
            _csv_is_text(body)
        return dict(sorted(bodies.items()))

    def _problem(self, code: int, description: str) -> dict[str, Any]:
        problem = OpenApiResponse(ProblemSerializer, description=description)
        body: dict[str, Any] = self._get_response_for_code(  # type: ignore[no-untyped-call]
            problem, str(code), media_types=[MEDIA_TYPE]
        )
        return body


def _csv_is_text(body: dict[str, Any]) -> None:
    if csv := body.get("content", {}).get("text/csv"):
        csv["schema"] = {
            "type": "string",
            "description": "One line per row; nested names are joined by dots.",
        }
        csv.pop("examples", None)
