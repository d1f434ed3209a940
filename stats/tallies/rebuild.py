"""Compare the tallies with the scores, and rebuild them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from stats.jobs import refresh_now
from stats.refresh import matviews
from stats.tallies import fold


@dataclass(frozen=True, slots=True)
class TallyDifference:
    """Tally that differs from the scores. `stored` or `counted` is None if that row does not exist."""

    scope: str
    scope_id: int
    forecaster_id: int
    provenance: str
    stored: dict[str, Any] | None
    counted: dict[str, Any] | None


def differences(*, at: datetime) -> list[TallyDifference]:
    """Return the differences between the tallies and a recount of the scores. Changes nothing.

    Settlements that wait for the next refresh do not count as differences: they are folded first, in a
    transaction that is rolled back.
    """
    with transaction.atomic():
        matviews.lock_refreshes()
        fold.fold(at=at)
        stored, counted = fold.stored(), fold.recount()
        transaction.set_rollback(True)
    keys = sorted(stored.keys() | counted.keys())
    return [
        TallyDifference(*key, _named(stored.get(key)), _named(counted.get(key)))
        for key in keys
        if stored.get(key) != counted.get(key)
    ]


def _named(values: tuple[Any, ...] | None) -> dict[str, Any] | None:
    return None if values is None else dict(zip(fold.COLUMNS, values, strict=True))


def rebuild(*, at: datetime) -> list[int]:
    """Recount all tallies and refresh the leaderboards; return the matches that were added or removed.

    The settlement table is locked against writes meanwhile, so that no settlement is missed or counted twice.
    Matches that were waiting to be counted are announced, as after every refresh. Boards of closed seasons
    are refreshed as well.
    """
    with transaction.atomic():
        matviews.lock_refreshes()
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE scoring_settlement IN SHARE ROW EXCLUSIVE MODE")
        gone = list(fold.to_unfold().values_list("match_id", flat=True))
        fold.to_unfold().update(unfolded_at=at)
        fold.rebuild()
        refreshed = refresh_now(at=at, scope="leaderboard", unfolded=gone)
        if matviews.CLOSED not in {row.view for row in refreshed.views}:
            matviews.refresh([matviews.CLOSED])
        return refreshed.match_ids
