"""Parser of chat completion responses from OpenAI-compatible endpoints.

Pure functions. The input is untrusted: any member may be missing or invalid.
"""

import json
from dataclasses import dataclass
from typing import Any

from matches.forecasters.context import one_line

MAX_MODEL_LENGTH = 120
MAX_TOKENS = 10**7  # larger counts are invalid


class InvalidCompletion(ValueError):
    """The response is not a valid completion. The message states the error."""


@dataclass(frozen=True, slots=True)
class Completion:
    """Text, model name, refusal, finish reason and token counts (None if not reported) of a completion."""

    text: str
    model: str
    refusal: str
    finish_reason: str
    tokens_in: int | None
    tokens_out: int | None

    @property
    def is_refusal(self) -> bool:
        """True if the model or the endpoint's content filter refused to answer."""
        return bool(self.refusal) or self.finish_reason == "content_filter"

    @property
    def was_cut(self) -> bool:
        return self.finish_reason == "length"


def parse_completion(body: bytes) -> Completion:
    """Parse a response body. Raises InvalidCompletion."""
    envelope = _parse_json(body)
    choice = _first_choice(envelope)
    message = choice.get("message")
    if not isinstance(message, dict):
        raise InvalidCompletion("the response has no message")
    usage = envelope.get("usage")
    counts: dict[str, Any] = usage if isinstance(usage, dict) else {}
    return Completion(
        text=_text(message.get("content")),
        model=one_line(_string(envelope.get("model")), MAX_MODEL_LENGTH),
        refusal=_string(message.get("refusal")),
        finish_reason=_string(choice.get("finish_reason")),
        tokens_in=_count(counts.get("prompt_tokens")),
        tokens_out=_count(counts.get("completion_tokens")),
    )


def storable(text: str) -> str:
    """Replace characters that PostgreSQL cannot store: NUL and lone surrogates."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")


def _parse_json(body: bytes) -> dict[str, Any]:
    try:
        envelope = json.loads(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise InvalidCompletion("the response is not UTF-8") from None
    except RecursionError:
        raise InvalidCompletion("the response is nested too deeply") from None
    except ValueError:
        raise InvalidCompletion("the response is not JSON, or truncated JSON") from None
    if not isinstance(envelope, dict):
        raise InvalidCompletion("the response is JSON, but not a completion")
    return envelope


def _first_choice(envelope: dict[str, Any]) -> dict[str, Any]:
    choices = envelope.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise InvalidCompletion("the response has no choices")
    choice: dict[str, Any] = choices[0]
    return choice


def _text(content: Any) -> str:
    """Return the text of a message; some endpoints send it as a list of parts."""
    if isinstance(content, list):
        parts = (part.get("text") for part in content if isinstance(part, dict))
        content = "".join(part for part in parts if isinstance(part, str))
    return storable(_string(content))


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _count(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value <= MAX_TOKENS else None
