"""Effective configuration of an endpoint: its database row, with blank fields filled from the environment."""

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from django.conf import settings

from core.http.outbound_urls import url_error
from matches.models import Endpoint

MILLION = 1_000_000


class NotConfigured(RuntimeError):
    """The endpoint's configuration is incomplete or invalid. The message names the problem."""


@dataclass(frozen=True, slots=True)
class EndpointConfig:
    """Base URL, model, model names accepted in responses, and prices per million tokens."""

    base_url: str
    model: str
    accepted: frozenset[str]
    input_price: Decimal | None
    output_price: Decimal | None

    @classmethod
    def of(cls, endpoint: Endpoint) -> "EndpointConfig":
        """Return the endpoint's configuration. Raises NotConfigured."""
        base_url = endpoint.base_url or settings.LLM_BASE_URL
        model = endpoint.model or settings.LLM_MODEL
        for name, value in (("base URL", base_url), ("model", model)):
            if not value:
                variable = "LLM_MODEL" if name == "model" else "LLM_BASE_URL"
                raise NotConfigured(
                    f"There is no {name} for {endpoint}: give one in the admin, or set {variable}."
                )
        if fault := url_error(base_url):
            raise NotConfigured(f"The base URL of {endpoint} {fault}.")
        others = {line.strip() for line in endpoint.accepted_models.splitlines()} - {""}
        return cls(base_url, model, frozenset({model, *others}), endpoint.input_price, endpoint.output_price)

    @property
    def host(self) -> str:
        return (urlsplit(self.base_url).hostname or "")[:120]

    def cost(self, tokens_in: int | None, tokens_out: int | None) -> Decimal | None:
        """Return the cost of this many tokens, or None if a price or a token count is unknown."""
        if self.input_price is None or self.output_price is None or tokens_in is None or tokens_out is None:
            return None
        return (tokens_in * self.input_price + tokens_out * self.output_price) / MILLION
