"""Result of a health check, and constants that several checks share."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

CLOCK_SKEW = 5  # tolerated seconds between clocks: locks, leases and heartbeats compare their times
SYNCHRONISE = "synchronise the clocks (NTP)"


@dataclass(frozen=True, slots=True)
class Check:
    """Result of one health check. A `note` is advice only and does not count as a failure.

    `since`: the start of the problem, if known.
    """

    name: str
    ok: bool
    detail: str
    hint: str = ""
    note: bool = False
    since: datetime | None = None


CheckFunction = Callable[[datetime], Iterable[Check]]
