"""Reading a view together with the version that it has, never a mixture of two."""

from collections.abc import Callable
from typing import TypeVar

from stats import matviews
from stats.models import ViewRefresh

ATTEMPTS = 10

T = TypeVar("T")


class StillChanging(RuntimeError):
    """The view was refreshed again and again while it was read; try later."""


def read(view: str, answer: Callable[[ViewRefresh | None], T]) -> T:
    """Return `answer(version)`, all of that very version of the view (None before the first refresh).

    A refresh commits its rows and its ViewRefresh together. If the newest ViewRefresh is the same
    before and after, everything read in between belongs to it, in however many queries; if not, it
    is read again. Unlike a REPEATABLE READ snapshot this also holds when a view is refreshed without
    CONCURRENTLY, which is not MVCC-safe. Raises StillChanging if the view does not come to rest.
    """
    version = matviews.newest(view)
    for _ in range(ATTEMPTS):
        answered = answer(version)
        newest = matviews.newest(view)
        if newest == version:
            return answered
        version = newest
    raise StillChanging(StillChanging.__doc__)
