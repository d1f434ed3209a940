"""Registry of job kinds: the function of each kind and its queue."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from core.pipeline.models import JobRun

Effect = Callable[..., None]
Prepare = Callable[[JobRun], Any]
Wait = Callable[[], timedelta]


class UnknownKind(LookupError):
    """No job of this kind is registered."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job. `prepare` runs first, then `effect` in the transaction that also ends the run.

    `longest_wait` returns the longest time between the request for a job and its due time. Kinds whose jobs
    are scheduled runs (scheduling.py) have None: these can be due at any time. If `is_brought_forward` is
    set, a request with an earlier due time brings the queued job forward to that time. If `is_background` is
    set, pages and roundups of a result do not wait for the job: it computes statistics or draws images that
    may be minutes old. `imports` are modules that only this job needs: they are not imported when Django
    starts.
    """

    name: str
    queue: str
    effect: Effect
    prepare: Prepare | None
    longest_wait: Wait | None
    is_brought_forward: bool
    is_background: bool
    imports: tuple[str, ...]


_kinds: dict[str, Kind] = {}


def no_wait() -> timedelta:
    """Return zero, as `longest_wait` of a kind whose jobs are always due at once."""
    return timedelta(0)


def job(
    *,
    queue: str,
    prepare: Prepare | None = None,
    longest_wait: Wait | None = no_wait,
    is_brought_forward: bool = True,
    is_background: bool = False,
    imports: tuple[str, ...] = (),
) -> Callable[[Effect], Effect]:
    """Register the decorated function as the effect of a new job kind, which gets the function's name.

    The function is called as `effect(run=...)`, or `effect(run=..., prepared=...)` if `prepare` is given. It
    runs in a transaction: its writes, the jobs that it enqueues and the end of the run commit together. Slow
    reads and network access belong in `prepare`, which runs outside any transaction. For the other arguments
    see `Kind`.
    """

    def register(effect: Effect) -> Effect:
        _kinds[effect.__name__] = Kind(
            name=effect.__name__,
            queue=queue,
            effect=effect,
            prepare=prepare,
            longest_wait=longest_wait,
            is_brought_forward=is_brought_forward and longest_wait is not None,
            is_background=is_background,
            imports=imports,
        )
        return effect

    return register


def get(name: str) -> Kind:
    """Return the kind of that name, or raise UnknownKind."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(f"No job kind {name!r}: is its app installed, and its jobs.py imported?") from None


def background() -> list[str]:
    """Return the names of the background kinds (`Kind.is_background`)."""
    return sorted(kind.name for kind in _kinds.values() if kind.is_background)


def import_for(queues: Iterable[str]) -> None:
    """Import the modules that jobs of these queues need. Call this in the worker, before it forks.

    Modules of packages that are not installed are skipped: the packages are optional, and a job that needs a
    missing package reports that.
    """
    wanted = {name for kind in _kinds.values() if kind.queue in queues for name in kind.imports}
    for name in sorted(wanted):
        if find_spec(name.partition(".")[0]):
            import_module(name)


def names() -> list[str]:
    return sorted(_kinds)
