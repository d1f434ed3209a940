"""Effective configuration of an endpoint: its database row, with blank fields filled from the environment."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet

from core.http.outbound_urls import url_error
from matches.forecasters.llm import Messages
from matches.llm.chat_client import Request
from matches.llm.secrets import NotConfigured, Secret, key_of
from matches.models import Endpoint

MILLION = 1_000_000
Format = Endpoint.AnswerFormat


@dataclass(frozen=True, slots=True)
class EndpointConfig:
    """Endpoint with its base URL, key, model, and the model names accepted in responses."""

    endpoint: Endpoint
    base_url: str
    key: Secret | None
    model: str
    accepted: frozenset[str]

    @classmethod
    def of(cls, endpoint: Endpoint) -> "EndpointConfig":
        """Return the endpoint's configuration. Raises NotConfigured. Sends no request."""
        base_url = endpoint.base_url or settings.LLM_BASE_URL
        model = endpoint.model or settings.LLM_MODEL
        for name, value, variable in (("base URL", base_url, "LLM_BASE_URL"), ("model", model, "LLM_MODEL")):
            if not value:
                raise NotConfigured(f"{endpoint} has no {name}: enter one in the admin, or set {variable}.")
        if error := url_error(base_url):
            raise NotConfigured(f"The base URL of {endpoint} {error}.")
        others = {line.strip() for line in endpoint.accepted_models.splitlines()} - {""}
        return cls(endpoint, base_url, key_of(endpoint), model, frozenset({model, *others}))

    @property
    def host(self) -> str:
        return (urlsplit(self.base_url).hostname or "")[:120]

    def cost(self, tokens_in: int | None, tokens_out: int | None) -> Decimal | None:
        """Return the cost of this many tokens, or None if a price or a token count is unknown."""
        input_price, output_price = self.endpoint.input_price, self.endpoint.output_price
        if input_price is None or output_price is None or tokens_in is None or tokens_out is None:
            return None
        return (tokens_in * input_price + tokens_out * output_price) / MILLION

    def request(self, messages: Messages, *, schema: dict[str, Any], seconds: float) -> Request:
        """Return a request to the endpoint.

        Its timeout is the endpoint's limit or `seconds`, the shorter of the two, but at least 1 second.
        """
        endpoint = self.endpoint
        parameters: dict[str, Any] = {endpoint.token_parameter: endpoint.max_tokens}
        if endpoint.temperature is not None:
            parameters["temperature"] = endpoint.temperature
        if endpoint.answer_format == Format.JSON_SCHEMA:
            parameters["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif endpoint.answer_format == Format.JSON_OBJECT:
            parameters["response_format"] = {"type": "json_object"}
        timeout = max(1, min(endpoint.timeout_seconds, seconds))
        return Request(self.base_url, self.key, self.model, messages, timeout, parameters)


def enabled_endpoints() -> QuerySet[Endpoint]:
    return Endpoint.objects.filter(enabled=True).select_related("forecaster")


def endpoint_error(endpoint: Endpoint) -> str:
    """Return an error message if the endpoint is paused or cannot be used by this process, else "".

    Sends no request.
    """
    try:
        EndpointConfig.of(endpoint)
    except NotConfigured as error:
        return str(error)
    return endpoint.pause_text
