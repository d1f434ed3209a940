"""Experiment for docs/scaling.md: effects of partitioning by season, measured on separate tables."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import count, cycle

from django.db import connection

from core.db import sql
from matches.models import Forecaster
from tools.bench.data import past_matches
from tools.bench.database import settle_down
from tools.bench.figures import ONLY_TOLD, BenchFigure, reported, slower
from tools.bench.groups import Bench
from tools.bench.timing import in_turns, seconds

_TABLES = sql.read("tools/bench/sql/partition.sql")
WHOLE, YEARLY = "bench_whole", "bench_yearly"
LOOKUPS = 100

_NEW_MATCHES = count(10**12, LOOKUPS)  # higher than the ids of other groups


def figures(bench: Bench) -> Iterator[BenchFigure]:
    largest = bench.scale.histories[-1]
    past_matches.use(bench, largest)
    bench.databases.make("partitions", like=f"history_{largest}")
    bench.say("two copies of the predictions, one of them in a table a year")
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
    settle_down()
    yield from _sizes()
    years = _years()
    repeat = min(bench.scale.repeat, len(years))
    for what, way in _ways(years).items():
        samples = in_turns(
            {table: partial(way, table) for table in (WHOLE, YEARLY)}, repeat=repeat, say=bench.say
        )
        yield slower(
            "P",
            what,
            samples[YEARLY],
            beside="the same in one table",
            yardstick=samples[WHOLE],
            limit=ONLY_TOLD,
        )
    bench.databases.drop("partitions")


def _ways(years: list[int]) -> dict[str, Callable[[str], float]]:
    matches, read, left = _matches(), cycle(years), {table: iter(years) for table in (WHOLE, YEARLY)}
    return {
        f"predictions of {LOOKUPS} matches, by match and season": lambda table: _timed(
            f"SELECT count(p_home) FROM {table} WHERE year = %s AND match_id = %s", matches
        ),
        f"predictions of {LOOKUPS} matches, by match alone": lambda table: _timed(
            f"SELECT count(p_home) FROM {table} WHERE match_id = %s", [[match] for _, match in matches]
        ),
        "predictions of a forecaster, counted": lambda table: _timed(
            f"SELECT count(*) FROM {table} WHERE forecaster_id = %s", [[Forecaster.objects.earliest("pk").pk]]
        ),
        f"a new prediction of everybody on {LOOKUPS} matches": lambda table: _insert(table, years[-1]),
        "a season read whole": lambda table: _timed(
            f"SELECT avg(p_home) FROM {table} WHERE year = %s", [[next(read)]]
        ),
        "a season taken out for ever": lambda table: _remove_season(table, next(left[table])),
    }


def _matches() -> list[tuple[int, int]]:
    """Return year and id of some matches from the whole history."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT year, match_id FROM ("
            f" SELECT DISTINCT year, match_id FROM {WHOLE} WHERE forecaster_id = %s) AS match"
            " ORDER BY md5(match_id::text) LIMIT %s",
            [Forecaster.objects.earliest("pk").pk, LOOKUPS],
        )
        return [(year, match) for year, match in cursor.fetchall()]


def _years() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT year FROM {WHOLE} ORDER BY year")
        return [year for (year,) in cursor.fetchall()]


def _timed(statement: str, values: list[list[int]] | list[tuple[int, int]]) -> float:
    def all_of_them() -> None:
        with connection.cursor() as cursor:
            for each in values:
                cursor.execute(statement, each)
                cursor.fetchall()

    return seconds(all_of_them)


def _insert(table: str, year: int) -> float:
    """Insert predictions of new matches, whose ids are higher than all others."""
    first = next(_NEW_MATCHES)
    return _timed_action(f"""
        INSERT INTO {table} (id, match_id, forecaster_id, home_goals, away_goals, submitted_at, provenance,
                             late, digest, rationale, year)
        SELECT nextval('matches_prediction_id_seq'), match, f.id, 2, 1, now(), 'live', false, repeat('0', 64),
               '', {int(year)}
        FROM generate_series({first}, {first + LOOKUPS - 1}) AS match, matches_forecaster f""")


def _remove_season(table: str, year: int) -> float:
    if table == YEARLY:
        part = f"{YEARLY}_{int(year)}"
        return _timed_action(f"ALTER TABLE {YEARLY} DETACH PARTITION {part}", f"DROP TABLE {part}")
    return _timed_action(f"DELETE FROM {WHOLE} WHERE year = {int(year)}", f"VACUUM {WHOLE}")


def _timed_action(*statements: str) -> float:
    def all_of_them() -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    return seconds(all_of_them)


def _sizes() -> Iterator[BenchFigure]:
    """Yield the size of the largest index that scoring a match of today needs in memory."""
    for what, pattern in (("one table", f"{WHOLE}_by_match"), ("its year's", f"{YEARLY}_%_year_match_id%")):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT max(pg_relation_size(oid)) FROM pg_class WHERE relkind = 'i' AND relname LIKE %s",
                [pattern],
            )
            (size,) = cursor.fetchone()
        yield reported("P", f"largest index by match, {what}", size / 1e6, unit="MB")
