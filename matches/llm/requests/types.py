"""What a question's job may do next: wait, give up, or send a request."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from matches.llm.endpoint_config import EndpointConfig
from matches.llm.requests.chat_client import Client, Reply, Request
from matches.models import Asking, Call


@dataclass(frozen=True, slots=True)
class RetryLater:
    """Not now: the question stays as it is until then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Miss:
    """It ends without being asked (again)."""

    asking: Asking
    reason: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRequest:
    """A request, and what came back once it was sent."""

    asking: Asking
    call: Call
    terms: EndpointConfig
    request: Request
    reply: Reply = field(default_factory=lambda: Reply(0))


Step = RetryLater | Miss | SentRequest


def send(step: Step, client: Client) -> Step:
    """Put the request to the endpoint, if this step is one. It may take minutes: outside any transaction."""
    return replace(step, reply=client.ask(step.request)) if isinstance(step, SentRequest) else step
