"""How fresh the pages are, in words that a reader can trust: from rows, never from a guess."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from matches.models import ResultRevision
from matches.statuses import SETTLED
from scoring.models import Settlement
from stats import freshness, matviews
from stats.models import ViewRefresh

LATE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Freshness:
    """The state of the boards.

    `fresh`, `updating` (a result is under way), `late` (it has been for a minute), or `empty` (none yet).
    """

    state: str
    data_version: int = 0
    updated_at: datetime | None = None
    seconds: float | None = None


def settled_by_results() -> QuerySet[Any]:
    """Counted settlements that a result caused, newest first; not those of late imports or a new rule.

    With `recorded_at` and `fresh_at`, see `stats.freshness.counted`.
    """
    earlier = Settlement.objects.filter(
        match=OuterRef("match"), result_version=OuterRef("result_version"), number__lt=OuterRef("number")
    )
    return freshness.counted().filter(~Exists(earlier)).order_by("-pk")


def current(now: datetime) -> Freshness:
    """How fresh the boards are at this moment."""
    newest = matviews.newest()
    waiting_since = _waiting_since()
    if newest is None and waiting_since is None:
        return Freshness("empty")
    last = settled_by_results().first()
    return Freshness(
        state=_state(waiting_since, now),
        data_version=newest.pk if newest else 0,
        updated_at=newest.finished_at if newest else None,
        seconds=seconds_between(last.recorded_at, last.fresh_at) if last else None,
    )


def _state(waiting_since: datetime | None, now: datetime) -> str:
    if waiting_since is None:
        return "fresh"
    return "late" if now - waiting_since > LATE else "updating"


def _waiting_since() -> datetime | None:
    """Since when a result has waited to be counted: the newest one, or the oldest settlement not folded."""
    unfolded = Settlement.objects.filter(folded_at__isnull=True, superseded_at__isnull=True)
    oldest = unfolded.order_by("settled_at").values_list("settled_at", flat=True).first()
    settled = Settlement.objects.filter(match=OuterRef("match"), result_version__gte=OuterRef("version"))
    newest = (
        ResultRevision.objects.filter(status__in=SETTLED, match__result_version=F("version"))
        .annotate(is_settled=Exists(settled))
        .order_by("-pk")
        .first()
    )
    unsettled = newest.recorded_at if newest and not newest.is_settled else None
    return min((each for each in (oldest, unsettled) if each), default=None)


def newest_refreshes() -> list[tuple[str, ViewRefresh | None]]:
    """Every view with its newest refresh, in the order in which they are refreshed."""
    return [(view, matviews.newest(view)) for view in matviews.IN_ORDER]


def seconds_between(start: datetime | None, end: datetime | None) -> float | None:
    """Seconds from one moment to the other; None while one of them is missing."""
    return None if start is None or end is None else (end - start) / timedelta(seconds=1)
