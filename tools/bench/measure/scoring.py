"""Figures 1 to 3: the cost of settling one match, and of settling it again."""

from collections.abc import Iterator
from functools import partial

from django.db import connection, transaction
from django.utils import timezone

from core.db import sql
from matches.models import Match
from scoring import rules
from scoring.services import score_match
from tools.bench.data import rows
from tools.bench.database import execute, vacuum_and_checkpoint
from tools.bench.figures import BenchFigure, Sample, alternate, compared, seconds
from tools.bench.groups import Bench

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
    """Measure scoring a match, inserting constant rows, and scoring the match again after a correction.

    There is one constant row for each prediction of the match. Each round uses a new match.
    """
    bench.say(f"a match of {bench.scale.many:,} predictions")
    score, constant_rows, again = Sample(), Sample(), Sample()
    for number in range(bench.scale.repeat):
        match = rows.finished_match(bench.scale.many)
        vacuum_and_checkpoint()
        both = [
            (score, partial(_score, match.pk)),
            (constant_rows, partial(_insert_constant_rows, match.pk)),
        ]
        # The constant rows refer to the newest settlement. In odd rounds they are inserted first, so that
        # settlement is from the previous round.
        for sample, action in both if number % 2 == 0 else reversed(both):
            sample.values.append(seconds(action))
            vacuum_and_checkpoint()
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
    """Measure normal scoring and score_row_at_a_time(), each with a new match in each round."""
    bench.say(f"matches of {wanted:,} predictions")
    rounds = bench.scale.repeat
    if wanted == bench.scale.few:
        rounds *= 5  # each takes only milliseconds
    ids = iter([rows.finished_match(wanted).pk for _ in range(2 * rounds)])
    vacuum_and_checkpoint()
    return alternate(
        {
            "score": lambda: seconds(partial(_score, next(ids))),
            "row at a time": lambda: seconds(partial(score_row_at_a_time, next(ids))),
        },
        repeat=rounds,
        say=lambda _: None,
    )


PREDICTIONS = """
SELECT id, home_goals, away_goals, p_home, p_draw, p_away FROM matches_prediction
WHERE match_id = %s AND superseded_at IS NULL FOR UPDATE
"""
SETTLEMENT = """
INSERT INTO scoring_settlement (match_id, number, result_version, rule, home_goals, away_goals, quota_home,
                                quota_draw, quota_away, predictions, voided, settled_at)
VALUES (%s, 1, %s, %s, %s, %s, %s, %s, %s, %s, false, clock_timestamp()) RETURNING id
"""
SCORE = """
INSERT INTO bench_score_twin (prediction_id, settlement_id, tendency_points, goal_difference_points,
                              exact_points, points, rps, brier, log_score)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@transaction.atomic
def score_row_at_a_time(match_id: int) -> None:
    """Score a match without set operations: the baseline of figure 2.

    It reads and locks all predictions, computes the quotas and stores a settlement, scores each prediction in
    Python, and inserts each score with one statement into `bench_score_twin`, a copy of the score table. All
    this is one transaction. Rules and tables equal those of normal scoring, so that only the method differs.
    """
    match = Match.objects.select_related("season__competition").get(pk=match_id)
    result = match.counting_score
    assert result is not None
    with connection.cursor() as cursor:
        cursor.execute(PREDICTIONS, [match_id])
        predictions = cursor.fetchall()
        picks = [rules.tendency(home, away) for _, home, away, *_ in predictions]
        quotas = rules.quotas(*(picks.count(tendency) for tendency in ("home", "draw", "away")))
        numbers = (*result, quotas.home, quotas.draw, quotas.away, len(predictions))
        settlement_id = execute(SETTLEMENT, [match.pk, match.result_version, rules.RULE, *numbers])[0]
        for pk, home, away, *probabilities in predictions:
            points = rules.points((home, away), result, quotas)
            forecast = rules.Probabilities(*probabilities)
            scores = [
                *(points.tendency, points.goal_difference, points.exact, points.total),
                rules.ranked_probability_score(forecast, result),
                rules.brier_score(forecast, result),
                rules.log_score(forecast, result),
            ]
            cursor.execute(SCORE, [pk, settlement_id, *scores])
