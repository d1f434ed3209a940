"""Figures 1 to 3: the cost of settling one match, and of settling it again."""

from collections.abc import Iterator
from functools import partial

from django.db import connection, transaction
from django.utils import timezone

from core.db import sql
from scoring.services import score_match
from tools.bench.data import rows
from tools.bench.database import settle_down
from tools.bench.figures import BenchFigure, at_least, at_most, faster, slower
from tools.bench.groups import Bench
from tools.bench.measure.row_at_a_time import score_row_at_a_time
from tools.bench.timing import Sample, in_turns, seconds

TWIN = sql.read("tools/bench/sql/score_twin.sql")
CONSTANT_ROWS = """
INSERT INTO bench_score_twin (prediction_id, settlement_id, tendency_points, goal_difference_points,
                              exact_points, points, rps, brier, log_score)
SELECT id, %(settlement)s, 2, 1, 3, 6, 0.125, 0.375, 0.5
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS id
"""


def figures(bench: Bench) -> Iterator[BenchFigure]:
    bench.databases.make("scoring")
    with connection.cursor() as cursor:
        cursor.execute(TWIN)
    scale = bench.scale
    many = _measure_many(bench)
    yield slower(
        "1",
        f"score one match of {scale.many:,} predictions",
        many["score"],
        beside="constant rows into the same columns and keys",
        yardstick=many["constant rows"],
        limit=at_most(1.6),
    )
    for wanted, bound in ((scale.few, 4.0), (scale.some, 10.0)):
        both = _measure_beside_row_at_a_time(bench, wanted)
        yield faster(
            "2",
            f"score one match of {wanted:,} predictions",
            both["score"],
            beside="row at a time",
            yardstick=both["row at a time"],
            limit=at_least(bound),
        )
    yield slower(
        "3",
        f"score it again after a correction, {scale.many:,} predictions",
        many["score again"],
        beside="figure 1",
        yardstick=many["score"],
        limit=at_most(2.5),
    )
    bench.databases.drop("scoring")


def _measure_many(bench: Bench) -> dict[str, Sample]:
    """Measure a new match in each round: scored, scored again, and the baseline of constant rows."""
    bench.say(f"a match of {bench.scale.many:,} predictions")
    samples = {name: Sample() for name in ("score", "constant rows", "score again")}
    for number in range(bench.scale.repeat):
        match = rows.finished_match(bench.scale.many)
        settle_down()
        ways = {"score": partial(_score, match.pk), "constant rows": partial(_constant_rows, match.pk)}
        # The baseline needs a settlement to refer to: in odd rounds that of the previous round.
        for name in list(ways) if number % 2 == 0 else reversed(list(ways)):
            samples[name].values.append(seconds(ways[name]))
            settle_down()
        rows.finish(match, 1, 1)
        samples["score again"].values.append(seconds(partial(_score, match.pk)))
        bench.say(f"round {number + 1} of {bench.scale.repeat}")
    return samples


def _score(match_id: int) -> None:
    if not score_match(match_id=match_id, settled_at=timezone.now()):
        raise AssertionError(f"match {match_id} was settled already")


def _constant_rows(match_id: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM scoring_settlement")
        (settlement,) = cursor.fetchone()
        cursor.execute("SELECT min(id), max(id) FROM matches_prediction WHERE match_id = %s", [match_id])
        first, last = cursor.fetchone()
        cursor.execute(CONSTANT_ROWS, {"settlement": settlement, "first": first, "last": last})


def _measure_beside_row_at_a_time(bench: Bench, wanted: int) -> dict[str, Sample]:
    """Measure each way with a new match per round."""
    bench.say(f"matches of {wanted:,} predictions")
    rounds = bench.scale.repeat
    if wanted == bench.scale.few:
        rounds *= 5  # each takes only milliseconds
    ours = iter([rows.finished_match(wanted).pk for _ in range(rounds)])
    theirs = iter([rows.finished_match(wanted).pk for _ in range(rounds)])
    settle_down()
    return in_turns(
        {
            "score": lambda: seconds(lambda: _score(next(ours))),
            "row at a time": lambda: seconds(lambda: score_row_at_a_time(next(theirs))),
        },
        repeat=rounds,
    )
