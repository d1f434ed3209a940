"""AutoSchema of the API views for drf-spectacular."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse

from core.api.problems import MEDIA_TYPE, ProblemSerializer
from core.api.query_params import QueryParameters

ERRORS = {
    400: "An unknown parameter or a bad value: `errors` names each.",
    401: "The `Authorization` header has no key of ours, or one that opens nothing any more.",
    404: "There is no such row, page or path.",
    405: "That cannot be done here.",
    406: "The `Accept` header asks for a format that this answer does not come in.",
    429: "Too many requests; `Retry-After` says for how long.",
    500: "Our fault; it has been recorded.",
    503: "Not now; `detail` says why.",
}
# Additional errors of endpoints that store something.
WRITE_ERRORS = {
    400: "An unknown parameter, or a body that is no JSON, or says a thing twice.",
    403: "Not for this key; `code` says why.",
    409: "Not any more; `code` says why.",
    413: "The body is too long.",
    415: "The body is not `application/json`.",
    422: "The body says something impossible: `errors` names each field.",
}


class Schema(AutoSchema):
    """Adds to all operations their declared parameters and the errors that they may return."""

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
        for code, why in (ERRORS | (WRITE_ERRORS if stores else {})).items():
            bodies.setdefault(str(code), self._problem(code, why))
        for body in bodies.values():
            _csv_is_text(body)
        return dict(sorted(bodies.items()))

    def _problem(self, code: int, why: str) -> dict[str, Any]:
        described = OpenApiResponse(ProblemSerializer, description=why)
        body: dict[str, Any] = self._get_response_for_code(  # type: ignore[no-untyped-call]
            described, str(code), media_types=[MEDIA_TYPE]
        )
        return body


def _csv_is_text(body: dict[str, Any]) -> None:
    if csv := body.get("content", {}).get("text/csv"):
        csv["schema"] = {"type": "string", "description": "One line a row; nested names joined by dots."}
        csv.pop("examples", None)
