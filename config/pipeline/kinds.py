"""The register of job kinds: which function does the work, on which queue."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from config.pipeline.models import JobRun

Effect = Callable[..., None]
Prepare = Callable[[JobRun], Any]


class UnknownKind(LookupError):
    """No job of this kind is registered: is its app installed, and its jobs.py imported?"""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job. `effect` runs inside the fenced transaction, `prepare` before it."""

    name: str
    queue: str
    effect: Effect
    prepare: Prepare | None = None


_kinds: dict[str, Kind] = {}


def job(*, queue: str, prepare: Prepare | None = None) -> Callable[[Effect], Effect]:
    """Register the decorated function as the effect of the job kind that bears its name.

    The function is called as `effect(run=...)`, or `effect(run=..., prepared=...)` where `prepare`
    is given. All that it writes commits together with the end of the run and with the next stage's
    row. Slow reading, and anything that speaks to a network, belongs in `prepare`, which runs
    outside any transaction.
    """

    def register(effect: Effect) -> Effect:
        _kinds[effect.__name__] = Kind(effect.__name__, queue, effect, prepare)
        return effect

    return register


def get(name: str) -> Kind:
    """Return the kind of that name, or raise UnknownKind."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(f"{UnknownKind.__doc__} Asked for: {name!r}") from None


def names() -> list[str]:
    return sorted(_kinds)
