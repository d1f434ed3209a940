"""Strict JSON decoder: rejects input that other decoders could read differently."""

import json
from typing import Any, NoReturn

MAX_DIGITS = 100


def loads(text: str) -> Any:
    """Decode JSON and return the value.

    Raises ValueError for invalid JSON, nesting that is too deep, a duplicate name in an object, NaN, Infinity
    and integers of more than MAX_DIGITS digits. The error message is a sentence fragment.
    """
    try:
        return json.loads(
            text, object_pairs_hook=_unique_names, parse_constant=_reject_constant, parse_int=_integer
        )
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON: {error.msg}, line {error.lineno} column {error.colno}") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name[:60]!r} occurs twice in one object")
        found[name] = value
    return found


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"it contains a number of {len(digits)} digits")
    return int(digits)


def _reject_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a valid JSON number")
