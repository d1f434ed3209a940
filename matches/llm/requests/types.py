"""Possible next steps of a question's job: wait, give up, or send a request."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from matches.llm.endpoint_config import EndpointConfig
from matches.llm.requests.chat_client import Client, Reply, Request
from matches.models import LLMQuestion, LLMRequest


@dataclass(frozen=True, slots=True)
class RetryLater:
    """The next request must wait; the question stays open."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Miss:
    """The question ends without another request."""

    question: LLMQuestion
    reason: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRequest:
    """A request to send, with its reply once it was sent."""

    question: LLMQuestion
    call: LLMRequest
    terms: EndpointConfig
    request: Request
    reply: Reply = field(default_factory=lambda: Reply(0))


Step = RetryLater | Miss | SentRequest


def send(step: Step, client: Client) -> Step:
    """Send the request if the step contains one. May take minutes, so call it outside transactions."""
    return replace(step, reply=client.ask(step.request)) if isinstance(step, SentRequest) else step
