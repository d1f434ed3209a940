"""Figures 1 to 3: the cost of settling one match, and of settling it again."""

from collections.abc import Iterator
from functools import partial

from django.db import transaction
from django.utils import timezone

from core.db import sql
from scoring.services import score_match
from tools.bench.data import rows
from tools.bench.database import execute, settle_down
from tools.bench.figures import BenchFigure, compared
from tools.bench.groups import Bench
from tools.bench.measure.row_at_a_time import score_row_at_a_time
from tools.bench.timing import Sample, alternate, seconds

TWIN = sql.read("tools/bench/sql/score_twin.sql")
CONSTANT_ROWS = """
INSERT INTO bench_score_twin (prediction_id, settlement_id, tendency_points, goal_difference_points,
                              exact_points, points, rps, brier, log_score)
SELECT id, (SELECT max(id) FROM scoring_settlement), 2, 1, 3, 6, 0.125, 0.375, 0.5
FROM generate_series((SELECT min(id) FROM matches_prediction WHERE match_id = %(match)s),
                     (SELECT max(id) FROM matches_prediction WHERE match_id = %(match)s)) AS id
"""


def figures(bench: Bench) -> Iterator[BenchFigure]:
    bench.databases.make("scoring")
    execute(TWIN)
    size = f"{bench.scale.many:,} predictions"
    score, constant_rows, again = _measure_many(bench)
    beside = "constant rows into the same columns and keys"
    yield compared("1", f"score one match of {size}", score, beside, constant_rows, at_most=1.6)
    for wanted, speedup in ((bench.scale.few, 4), (bench.scale.some, 10)):
        both = _measure_beside_row_at_a_time(bench, wanted)
        what = f"score one match of {wanted:,} predictions"
        yield compared("2", what, both["score"], "row at a time", both["row at a time"], at_least=speedup)
    yield compared("3", f"score it again after a correction, {size}", again, "figure 1", score, at_most=2.5)
    bench.databases.drop("scoring")


def _measure_many(bench: Bench) -> tuple[Sample, Sample, Sample]:
    """Measure a new match in each round: scored, constant rows of the same number, scored again."""
    bench.say(f"a match of {bench.scale.many:,} predictions")
    score, constant_rows, again = Sample(), Sample(), Sample()
    for number in range(bench.scale.repeat):
        match = rows.finished_match(bench.scale.many)
        settle_down()
        both = [
            (score, partial(_score, match.pk)),
            (constant_rows, partial(_insert_constant_rows, match.pk)),
        ]
        # The constant rows need a settlement to refer to: in odd rounds that of the previous round.
        for sample, action in both if number % 2 == 0 else reversed(both):
            sample.values.append(seconds(action))
            settle_down()
        rows.finish(match, 1, 1)
        again.values.append(seconds(partial(_score, match.pk)))
        bench.say(f"round {number + 1} of {bench.scale.repeat}")
    return score, constant_rows, again


def _score(match_id: int) -> None:
    if not score_match(match_id=match_id, settled_at=timezone.now()):
        raise AssertionError(f"match {match_id} was settled already")


def _insert_constant_rows(match_id: int) -> None:
    with transaction.atomic():
        execute(CONSTANT_ROWS, {"match": match_id})


def _measure_beside_row_at_a_time(bench: Bench, wanted: int) -> dict[str, Sample]:
    """Measure both ways with a new match per round."""
    bench.say(f"matches of {wanted:,} predictions")
    rounds = bench.scale.repeat
    if wanted == bench.scale.few:
        rounds *= 5  # each takes only milliseconds
    ids = iter([rows.finished_match(wanted).pk for _ in range(2 * rounds)])
    settle_down()
    return alternate(
        {
            "score": lambda: seconds(partial(_score, next(ids))),
            "row at a time": lambda: seconds(partial(score_row_at_a_time, next(ids))),
        },
        repeat=rounds,
        say=lambda _: None,
    )
