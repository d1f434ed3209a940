"""JSON that no two readers take differently: what Python's own reader lets pass is refused here."""

import json
from typing import Any, NoReturn

MOST_DIGITS = 100


def loads(text: str) -> Any:
    """What the text says. Raises ValueError, with why in half a sentence, where it is not JSON, is nested too
    deeply, says a name twice in one object, or has a number that is none (NaN, Infinity) or far too long.
    """
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number, parse_int=_whole)
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON: {error.msg}, line {error.lineno} column {error.colno}") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name[:60]!r} stands twice in one object")
        found[name] = value
    return found


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"it has a number of {len(digits)} digits")
    return int(digits)


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number that JSON knows")
