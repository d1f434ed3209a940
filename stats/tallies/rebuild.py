"""Compare the tallies and the sums of comparisons with the scores, and rebuild them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from stats.analysis.jobs import request_board_inference, request_calibration
from stats.jobs import refresh_now
from stats.models import CalibrationCell, FieldSum, PairSum, Participant
from stats.refresh import matviews
from stats.tallies import fold

_COMPARISONS: dict[str, type[Model]] = {"field": FieldSum, "pair": PairSum, "cell": CalibrationCell}


@dataclass(frozen=True, slots=True)
class SumDifference:
    """Row that differs from a recount of the scores.

    `table` is tally, field, pair or cell. `key` contains the values of the key by column, `stored` and
    `counted` those of the other columns in the database and in the recount. `stored` is None if the row is
    missing in the database, `counted` if it is missing in the recount.
    """

    table: str
    key: dict[str, Any]
    stored: dict[str, Any] | None
    counted: dict[str, Any] | None


def differences(*, at: datetime) -> list[SumDifference]:
    """Return the differences between the stored sums and a recount of the scores. Changes nothing.

    Settlements that wait for the next refresh do not count as differences: they are folded first, in a
    transaction that is rolled back.
    """
    with transaction.atomic():
        matviews.lock_refreshes()
        fold.fold(at=at)
        stored = fold.stored()
        _copy_comparisons()
        fold.rebuild()
        counted = fold.stored()
        found = [each for name, model in _COMPARISONS.items() for each in _compared(name, model)]
        transaction.set_rollback(True)
    keys = sorted(stored.keys() | counted.keys())
    tallies = [
        SumDifference(
            "tally", dict(zip(fold.KEY, key, strict=True)), _named(stored.get(key)), _named(counted.get(key))
        )
        for key in keys
        if stored.get(key) != counted.get(key)
    ]
    return tallies + found


def _named(values: tuple[Any, ...] | None) -> dict[str, Any] | None:
    return None if values is None else dict(zip(fold.COLUMNS, values, strict=True))


def _copy_comparisons() -> None:
    """Copy the tables of comparisons to temporary tables, which the end of the transaction drops."""
    with connection.cursor() as cursor:
        for name, model in _COMPARISONS.items():
            table = model._meta.db_table
            cursor.execute(f"CREATE TEMPORARY TABLE stored_{name} ON COMMIT DROP AS SELECT * FROM {table}")


def _compared(name: str, model: type[Model]) -> Iterator[SumDifference]:
    """Yield the rows that differ from their copies. A row of zeros equals a missing one."""
    columns = [str(field.column) for field in model._meta.concrete_fields if field.column]
    key = list(model._meta.pk.field_names)  # type: ignore[attr-defined]
    values = [column for column in columns if column not in key]
    zeros = ", ".join("0" for _ in values)
    rows = [
        f"SELECT {', '.join(columns)} FROM {{}} WHERE ({', '.join(values)}) <> ({zeros})".format(table)
        for table in (f"stored_{name}", model._meta.db_table)
    ]
    with connection.cursor() as cursor:
        found: list[dict[tuple[Any, ...], dict[str, Any]]] = []
        for ours, theirs in (rows, reversed(rows)):
            cursor.execute(f"{ours} EXCEPT {theirs}")
            each = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
            found.append({tuple(row[part] for part in key): {v: row[v] for v in values} for row in each})
    stored, counted = found
    for pk in sorted(stored.keys() | counted.keys()):
        yield SumDifference(name, dict(zip(key, pk, strict=True)), stored.get(pk), counted.get(pk))


def rebuild(*, at: datetime) -> list[int]:
    """Recount all tallies and sums and refresh all leaderboards, including those of closed seasons.

    The settlement table is locked against writes until the transaction ends, so that no settlement is missed
    or counted twice. Settlements that were waiting to be folded or unfolded are processed as well. The ids of
    their matches are returned, and sent with `views_refreshed` as after every refresh. Intervals and
    calibration are computed again in the background.
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
        seasons = list(Participant.objects.order_by().values_list("season_id", flat=True).distinct())
        request_board_inference(seasons, now=at)
        request_calibration(seasons, now=at)
        return refreshed.match_ids
