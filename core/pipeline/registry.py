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
    """A kind of job. `effect` runs inside the fenced transaction, `prepare` before it.

    `longest_wait` returns the greatest delay with which a job of this kind is enqueued. None means that its
    jobs are scheduled runs (scheduling.py): their due time does not depend on when they were enqueued.
    `is_brought_forward`: if a job is queued and then requested for an earlier time, it becomes due at that
    time. `imports` are modules that only this job needs: they are not imported when Django starts.
    """

    name: str
    queue: str
    effect: Effect
    prepare: Prepare | None
    longest_wait: Wait | None
    is_brought_forward: bool
    imports: tuple[str, ...]


_kinds: dict[str, Kind] = {}


def no_wait() -> timedelta:
    """Return a delay of zero: jobs of this kind are always due at once."""
    return timedelta(0)


def job(
    *,
    queue: str,
    prepare: Prepare | None = None,
    longest_wait: Wait | None = no_wait,
    is_brought_forward: bool = True,
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


def import_for(queues: Iterable[str]) -> None:
    """Import the modules that jobs of these queues need, once in the worker instead of in each fork.

    Modules of packages that are not installed are skipped: the packages are optional, and the job reports
    what is missing.
    """
    wanted = {name for kind in _kinds.values() if kind.queue in queues for name in kind.imports}
    for name in sorted(wanted):
        if find_spec(name.partition(".")[0]):
            import_module(name)


def names() -> list[str]:
    return sorted(_kinds)
