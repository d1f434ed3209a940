"""Result of a health check, and constants that several checks share."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

CLOCK_SKEW = 5  # seconds by which the clocks of two machines may differ: their times are compared
SYNCHRONISE = "synchronise the clocks (NTP)"


@dataclass(frozen=True, slots=True)
class Check:
    """Result of one health check.

    If `note` is True, a failed check is only advice: it does not change the exit code of `manage.py doctor`.
    `since` is the start of the problem, None if unknown.
    """

    name: str
    ok: bool
    detail: str
    hint: str = ""
    note: bool = False
    since: datetime | None = None


CheckFunction = Callable[[datetime], Iterable[Check]]
