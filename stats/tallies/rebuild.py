"""Compare the tallies with the scores, and rebuild them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from stats.jobs import refresh_now
from stats.refresh import matviews
from stats.tallies import fold

_KEY = 4  # scope, scope_id, forecaster_id, provenance come first

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class TallyDifference:
    """Tally that differs from the scores. `stored` or `counted` are None if that row does not exist."""

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
        found = _compare(fold.rows(), fold.recount())
        transaction.set_rollback(True)
    return found


def _compare(stored: set[Row], counted: set[Row]) -> list[TallyDifference]:
    old, new = _by_key(stored - counted), _by_key(counted - stored)
    return [_difference(key, old.get(key), new.get(key)) for key in sorted(old.keys() | new.keys())]


def _difference(key: Row, stored: dict[str, Any] | None, counted: dict[str, Any] | None) -> TallyDifference:
    scope, scope_id, forecaster_id, provenance = key
    return TallyDifference(scope, scope_id, forecaster_id, provenance, stored, counted)


def _by_key(rows: set[Row]) -> dict[Row, dict[str, Any]]:
    return {row[:_KEY]: dict(zip(fold.COLUMNS[_KEY:], row[_KEY:], strict=True)) for row in rows}


def rebuild(*, at: datetime) -> list[int]:
    """Recount all tallies and refresh the leaderboards; return the matches that were added or removed.

    The settlement table is locked against writes meanwhile, so that no settlement is missed or counted twice.
    Matches that waited to be counted are announced as after any refresh. Boards of closed seasons are
    refreshed as well.
    """
    with transaction.atomic():
        matviews.lock_refreshes()
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE scoring_settlement IN SHARE ROW EXCLUSIVE MODE")
        gone = list(fold.to_unfold().values_list("match_id", flat=True))
        fold.to_unfold().update(unfolded_at=at)
        fold.rebuild()
        refreshed = refresh_now(at=at, scope="leaderboard", taken_out=gone)
        if matviews.CLOSED not in {row.view for row in refreshed.views}:
            matviews.refresh([matviews.CLOSED])
        return refreshed.match_ids
