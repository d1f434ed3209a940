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
    """Tally that differs from a recount of the scores.

    `stored` and `counted` map each column to its value. A tally that is missing in the database has `stored`
    None; one that the recount does not contain has `counted` None.
    """

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
    """Recount all tallies and refresh all leaderboards, including those of closed seasons.

    The settlement table is locked against writes until the transaction ends, so that no settlement is missed
    or counted twice. Settlements that were waiting to be folded or unfolded are processed as well. The ids of
    their matches are returned, and sent with `views_refreshed` as after every refresh.
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
