"""Update the sums for comparing forecasters: FieldSum, PairSum and CalibrationCell.

stats/tallies/fold.py calls these functions in the transaction that updates the tallies.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from core.db import sql
from scoring.models import Settlement
from stats.models import CalibrationCell, FieldSum, PairSum, Participant

PANEL_LIMIT = 200  # references and other forecasters of a season that are compared with each other
FLOAT_SCORES = ("rps", "brier", "log_score")
_PAIR_COLUMNS = (
    *("score_matches", "probability_matches", "points", "points_squares"),
    *(column for name in FLOAT_SCORES for column in (name, f"{name}_squares")),
    *("weight", "weight_all"),
)
_PACKED = ("forecaster_id", "is_new", "provenance", "points", *FLOAT_SCORES, "weight", "weight_all")
_CELL_COLUMNS = ("predictions", "hits")
SQUARE = "round({name}::float8 * {name}::float8 / 1e9)::bigint"  # billionths, of an integer in billionths
_SUMS = ", ".join(
    f"stats_sum({name}) AS {name}, stats_sum({SQUARE.format(name=name)}) AS {name}_squares"
    for name in FLOAT_SCORES
)


def _statement(file: str, columns: Sequence[str], old: str, new: str, **more: str) -> str:
    additions = ", ".join(f"{name} = {old}.{name} + %(sign)s::int * {new}.{name}" for name in columns)
    return sql.read(f"stats/sql/{file}.sql").format(columns=", ".join(columns), additions=additions, **more)


def _pairs(**more: str) -> str:
    arrays = {
        "names": ", ".join(_PACKED),
        "packed": ", ".join(f"array_agg({name}) AS {name}" for name in _PACKED),
        "of_a": ", ".join(f"a.{name} AS a_{name}" for name in _PACKED),
        "of_b": ", ".join(f"b.{name} AS b_{name}" for name in _PACKED),
        "arrays_a": ", ".join(f"c.a_{name}" for name in _PACKED),
        "arrays_b": ", ".join(f"c.b_{name}" for name in _PACKED),
    }
    return _statement("pair_sums", _PAIR_COLUMNS, "sums", "added", sums=_SUMS, **arrays, **more)


def _cells(**more: str) -> str:
    return _statement("calibration_cells", _CELL_COLUMNS, "cell", "excluded", **more)


_OF_JOINER = {"only": "p.forecaster_id = ANY(%(forecasters)s::bigint[])"}
PAIRS, _PAIRS_OF_JOINER = (
    _pairs(is_new="true", only="true"),
    _pairs(is_new="p.forecaster_id = %(joiner)s::bigint", **_OF_JOINER),
)
CELLS, _CELLS_OF_JOINER = _cells(only="true"), _cells(**_OF_JOINER)
_FIELDS = sql.read("stats/sql/field_sums.sql")
# A forecaster with a tally of the season cannot join here: its earlier settlements would be missing in its
# sums. One without a tally can be a participant already, if all its matches became void before a rebuild.
_NEWCOMERS = """
    SELECT m.season_id, p.forecaster_id, count(*) AS matches
    FROM scoring_settlementscore s
    JOIN matches_prediction p ON p.id = s.prediction_id
    JOIN matches_match m ON m.id = p.match_id
    WHERE s.settlement_id = ANY(%(settlements)s::bigint[])
      AND NOT EXISTS (SELECT FROM stats_tally t WHERE t.scope = 'season' AND t.scope_id = m.season_id
                                                  AND t.forecaster_id = p.forecaster_id)
      AND NOT EXISTS (SELECT FROM stats_participant o WHERE o.season_id = m.season_id
                                                        AND o.forecaster_id = p.forecaster_id)
    GROUP BY m.season_id, p.forecaster_id
"""
_MISSING = """
    SELECT t.scope_id AS season_id, t.forecaster_id, sum(t.matches) AS matches FROM stats_tally t
    WHERE t.scope = 'season' AND t.provenance <> 'all'
      AND NOT EXISTS (SELECT FROM stats_participant p WHERE p.season_id = t.scope_id
                                                        AND p.forecaster_id = t.forecaster_id)
    GROUP BY t.scope_id, t.forecaster_id
"""
_JOIN, _JOIN_MISSING = (
    sql.read("stats/sql/participants.sql").format(newcomers=newcomers) for newcomers in (_NEWCOMERS, _MISSING)
)


def begin(settlement_ids: Sequence[int], *, at: datetime) -> None:
    """Store the FieldSum rows of these settlements, and add new forecasters to their seasons as participants.

    Call it before the settlements are added to the tallies.
    """
    if settlement_ids:
        sql.fetch_all(_FIELDS, {"settlements": settlement_ids})
        sql.fetch_all(_JOIN, {"settlements": settlement_ids, "limit": PANEL_LIMIT, "at": at})


def add(settlement_ids: Sequence[int], *, sign: int) -> None:
    """Add these settlements to the sums of pairs and the calibration cells, or subtract them (sign -1)."""
    if settlement_ids:
        for statement in (PAIRS, CELLS):
            sql.fetch_all(statement, {"settlements": settlement_ids, "sign": sign})


def end(settlement_ids: Sequence[int]) -> None:
    """Delete the FieldSum rows of settlements that have been subtracted."""
    if settlement_ids:
        FieldSum.objects.filter(settlement__in=settlement_ids).delete()


def fill(season_id: int, forecaster_id: int) -> None:
    """Add all counted settlements of the season to the sums of one forecaster, who has none yet.

    Requires the lock of a refresh until the transaction ends. The forecaster must be in the panel.
    """
    counted = Settlement.objects.filter(
        match__season=season_id, folded_at__isnull=False, unfolded_at__isnull=True
    )
    panel = Participant.objects.filter(season=season_id).exclude(role=Participant.Role.OUTSIDE)
    values = {"settlements": list(counted.values_list("pk", flat=True)), "sign": 1}
    others = list(panel.values_list("forecaster_id", flat=True))
    sql.fetch_all(_PAIRS_OF_JOINER, values | {"joiner": forecaster_id, "forecasters": others})
    sql.fetch_all(_CELLS_OF_JOINER, values | {"forecasters": [forecaster_id]})


def clear() -> None:
    """Delete all rows of FieldSum, PairSum and CalibrationCell. Participants stay."""
    tables = ", ".join(model._meta.db_table for model in (FieldSum, PairSum, CalibrationCell))
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {tables} IN EXCLUSIVE MODE")
        for model in (FieldSum, PairSum, CalibrationCell):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")


def store_fields(settlement_ids: Sequence[int]) -> None:
    """Store the FieldSum rows of these settlements."""
    sql.fetch_all(_FIELDS, {"settlements": settlement_ids})


def count(settlement_ids: Sequence[int], *, at: datetime) -> None:
    """Compute the sums of these settlements season by season, after `clear` and `store_fields`.

    Forecasters with tallies who are not participants yet are added. The tallies must be complete.
    """
    sql.fetch_all(_JOIN_MISSING, {"limit": PANEL_LIMIT, "at": at})
    seasons = defaultdict[int, list[int]](list)
    rows = Settlement.objects.filter(pk__in=settlement_ids).values_list("match__season_id", "pk")
    for season_id, pk in rows.order_by("match__season_id", "pk"):
        seasons[season_id].append(pk)
    for pks in seasons.values():
        add(pks, sign=1)
