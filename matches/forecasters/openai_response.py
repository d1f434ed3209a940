"""Reading what an OpenAI-compatible endpoint answers: the envelope around what the model says.

Pure, and strict where it matters: the bytes come from elsewhere, and any of them may be missing or nonsense.
"""

import json
from dataclasses import dataclass
from typing import Any

from matches.forecasters.context import one_line

LONGEST_MODEL = 120
MOST_TOKENS = 10**7  # whoever tells of more has not counted


class BadCompletion(ValueError):
    """The answer is no completion. The message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What the model said, which model that is said to be, why it stopped, and tokens where they are told."""

    text: str
    model: str
    refusal: str
    finish_reason: str
    tokens_in: int | None
    tokens_out: int | None

    @property
    def is_refusal(self) -> bool:
        """It said no, or its endpoint's filter did."""
        return bool(self.refusal) or self.finish_reason == "content_filter"

    @property
    def was_cut(self) -> bool:
        return self.finish_reason == "length"


def read_completion(body: bytes) -> Completion:
    """Read the answer's bytes. Raises Unreadable."""
    envelope = _json(body)
    choice = _first_choice(envelope)
    message = choice.get("message")
    if not isinstance(message, dict):
        raise BadCompletion("the answer has no message")
    usage = envelope.get("usage")
    counts: dict[str, Any] = usage if isinstance(usage, dict) else {}
    return Completion(
        text=_text(message.get("content")),
        model=one_line(_word(envelope.get("model")), LONGEST_MODEL),
        refusal=_word(message.get("refusal")),
        finish_reason=_word(choice.get("finish_reason")),
        tokens_in=_count(counts.get("prompt_tokens")),
        tokens_out=_count(counts.get("completion_tokens")),
    )


def storable(text: str) -> str:
    """The text as PostgreSQL can keep it: without NUL, and without halves of characters."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")


def _json(body: bytes) -> dict[str, Any]:
    try:
        envelope = json.loads(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadCompletion("the answer is not UTF-8") from None
    except RecursionError:
        raise BadCompletion("the answer is nested too deeply") from None
    except ValueError:
        raise BadCompletion("the answer is not JSON, or only a part of it") from None
    if not isinstance(envelope, dict):
        raise BadCompletion("the answer is JSON, but no completion")
    return envelope


def _first_choice(envelope: dict[str, Any]) -> dict[str, Any]:
    choices = envelope.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise BadCompletion("the answer has no choices")
    choice: dict[str, Any] = choices[0]
    return choice


def _text(content: Any) -> str:
    """The text of a message; some endpoints send it in parts."""
    if isinstance(content, list):
        parts = (part.get("text") for part in content if isinstance(part, dict))
        content = "".join(part for part in parts if isinstance(part, str))
    return storable(_word(content))


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _count(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value <= MOST_TOKENS else None
