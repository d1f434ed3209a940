"""Build requests from an endpoint's configuration."""

from typing import Any

from matches.forecasters.llm import Messages
from matches.llm.endpoint_config import EndpointConfig
from matches.llm.requests.chat_client import Request
from matches.llm.secrets import Secret
from matches.models import Endpoint

Format = Endpoint.AnswerFormat


def request_to(
    endpoint: Endpoint,
    terms: EndpointConfig,
    key: Secret | None,
    messages: Messages,
    *,
    schema: dict[str, Any],
    seconds: float,
) -> Request:
    """Return a request whose timeout is the endpoint's limit or `seconds`, if less; at least 1 second."""
    return Request(
        base_url=terms.base_url,
        key=key,
        model=terms.model,
        messages=messages,
        timeout=max(1, min(endpoint.timeout_seconds, seconds)),
        parameters=_parameters(endpoint, schema),
    )


def _parameters(endpoint: Endpoint, schema: dict[str, Any]) -> dict[str, Any]:
    parameters: dict[str, Any] = {endpoint.token_parameter: endpoint.max_tokens}
    if endpoint.temperature is not None:
        parameters["temperature"] = endpoint.temperature
    if endpoint.answer_format == Format.JSON_SCHEMA:
        parameters["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif endpoint.answer_format == Format.JSON_OBJECT:
        parameters["response_format"] = {"type": "json_object"}
    return parameters
