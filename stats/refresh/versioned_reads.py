"""Reading a view together with the version that it has, never a mixture of two."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from core.db import sql

ATTEMPTS = 10
VERSION = sql.read("stats/sql/version.sql")

T = TypeVar("T")


class StillChanging(RuntimeError):
    """The view was refreshed again and again while it was read; try later."""


@dataclass(frozen=True, slots=True)
class Version:
    """What a view shows: the id and the times of its newest refresh (0 and None before the first).

    `as_of`: when the newest settlement behind it was made. `names` grows with every change of a name that
    answers show beside the view.
    """

    number: int
    started_at: datetime | None
    finished_at: datetime | None
    as_of: datetime | None
    names: int

    @classmethod
    def of(cls, number: int | None, *facts: Any) -> "Version":
        """Out of a row of version.sql."""
        return cls(number or 0, *facts)


def version(view: str) -> Version:
    """The version that a view has now, in one query."""
    [facts] = sql.fetch_all(VERSION, [view])
    return Version.of(*facts)


def read(view: str, answer: Callable[[Version], T]) -> T:
    """Return `answer(version)`, all of that very version of the view.

    A refresh commits its rows and its ViewRefresh together. If the newest ViewRefresh is the same
    before and after, everything read in between belongs to it, in however many queries; if not, it
    is read again. Unlike a REPEATABLE READ snapshot this also holds when a view is refreshed without
    CONCURRENTLY, which is not MVCC-safe. Raises StillChanging if the view does not come to rest.
    """
    before = version(view)
    for _ in range(ATTEMPTS):
        answered = answer(before)
        after = version(view)
        if after == before:
            return answered
        before = after
    raise StillChanging(StillChanging.__doc__)
