"""Optimistic reads of a materialised view: all data of a response comes from one version of the view."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from core.db import sql

ATTEMPTS = 10
VERSION = sql.read("stats/sql/version.sql")

T = TypeVar("T")


class StillChanging(RuntimeError):
    """The view changed in each of ATTEMPTS attempts to read it."""


@dataclass(frozen=True, slots=True)
class Version:
    """Version of a view: id (`number`) and times of its newest refresh; 0 and None before the first one.

    `as_of`: the time of the newest settlement that the view includes. `names`: version of what
    responses contain in addition to the rows, e.g. names of forecasters and intervals (NamesVersion).
    """

    number: int
    started_at: datetime | None
    finished_at: datetime | None
    as_of: datetime | None
    names: int

    @classmethod
    def of(cls, number: int | None, *facts: Any) -> "Version":
        """Create a Version from a row of version.sql."""
        return cls(number or 0, *facts)


def version(view: str) -> Version:
    """Return the current version of a view. One query."""
    [facts] = sql.fetch_all(VERSION, [view])
    return Version.of(*facts)


def read(view: str, answer: Callable[[Version], T]) -> T:
    """Call `answer` with the version of the view; return its result when all its queries read that version.

    A refresh commits its rows and its ViewRefresh together. So if the version is the same before and after
    the call, all queries of `answer` have read it; if not, `answer` is called again. Unlike a REPEATABLE READ
    snapshot, this also works if a view is refreshed without CONCURRENTLY, which is not MVCC-safe. Raises
    StillChanging if the version changed in each of ATTEMPTS attempts.
    """
    before = version(view)
    for _ in range(ATTEMPTS):
        answered = answer(before)
        after = version(view)
        if after == before:
            return answered
        before = after
    raise StillChanging("The data is being refreshed repeatedly. Try again in a few seconds.")
