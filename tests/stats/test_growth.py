"""The work for a settlement does not grow with the history. Measured in rows and buffers, not in time."""

import json

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matches.models import Match
from scoring.services import score_match
from stats import form
from stats.models import Tally
from stats.refresh import latency, league_tables
from stats.tallies import comparisons, fold
from tools.bench.data import past_matches
from tools.bench.database import databases, vacuum_and_checkpoint

SIZES = (4_000, 40_000)
FORECASTERS = 10


@pytest.fixture(scope="module")
def sizes(django_db_setup, django_db_blocker):
    """Two histories, one ten times as large as the other, as databases to go to."""
    with django_db_blocker.unblock(), databases() as own:
        for size in SIZES:
            own.make(str(size))
            past_matches.make(predictions=size, forecasters=FORECASTERS)
        yield own
    connection.close()


@pytest.fixture
def unblocked(django_db_blocker):
    with django_db_blocker.unblock():
        yield


def walk(plan: dict):
    yield plan
    for part in plan.get("Plans", ()):
        yield from walk(part)


def explained(statement: str, values: object) -> dict:
    """The executed plan, rolled back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", values)
        plan = cursor.fetchone()[0]
        transaction.set_rollback(True)
    return (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]


def buffers(plan: dict) -> int:
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


def read_whole(plan: dict) -> set[str]:
    return {node["Relation Name"] for node in walk(plan) if node["Node Type"] == "Seq Scan"}


def settled_today() -> tuple[int, list[tuple[int, object]]]:
    match = past_matches.match_of_today(FORECASTERS)
    score_match(match_id=match.pk, settled_at=timezone.now())
    return fold.to_fold().get(match=match).pk, [(match.pk, match.kickoff_at)]


def test_folding_reads_no_more_where_ten_times_as_much_is_there(sizes, unblocked):
    """The planner's trap: a join on «not yet folded» reads every prediction, an array of ids does not."""
    touched = {}
    for size in SIZES:
        sizes.use(str(size))
        settlement, _ = settled_today()
        plan = explained(fold.FOLD, {"settlements": [settlement], "sign": 1, "mixed": []})
        assert not read_whole(plan) & {"matches_prediction", "scoring_settlementscore"}
        touched[size] = buffers(plan)
        tallies_folded()
    assert touched[SIZES[1]] <= 1.3 * touched[SIZES[0]], touched


def test_comparing_forecasters_reads_their_sums_and_the_match_alone(sizes, unblocked):
    touched = {}
    for size in SIZES:
        sizes.use(str(size))
        vacuum_and_checkpoint()
        settlement, _ = settled_today()
        values = {"settlements": [settlement], "sign": 1}
        with transaction.atomic():
            comparisons.begin([settlement], at=timezone.now())
            plans = [explained(statement, values) for statement in (comparisons.PAIRS, comparisons.CELLS)]
            transaction.set_rollback(True)
        large = {"matches_prediction", "scoring_settlementscore"}
        assert not [read_whole(plan) & large for plan in plans if read_whole(plan) & large]
        touched[size] = sum(map(buffers, plans))
        tallies_folded()
    assert touched[SIZES[1]] <= 1.5 * touched[SIZES[0]], touched


def test_counting_reads_the_predictions_of_the_match_alone_without_statistics_of_the_table(sizes, unblocked):
    """In a new installation no ANALYZE has run yet: the planner then expects few predictions a forecaster."""
    sizes.use(str(SIZES[0]))
    settlement, _ = settled_today()
    values = {"settlements": [settlement], "sign": 1, "mixed": []}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM pg_statistic WHERE starelid = 'matches_prediction'::regclass")
        comparisons.begin([settlement], at=timezone.now())
        plans = [
            explained(statement, values) for statement in (fold.FOLD, comparisons.PAIRS, comparisons.CELLS)
        ]
        transaction.set_rollback(True)

    for plan in plans:
        read = [node for node in walk(plan) if node.get("Relation Name") == "matches_prediction"]
        assert sum(node["Actual Rows"] * node["Actual Loops"] for node in read) <= 2 * SIZES[0]
    tallies_folded()


def test_scoring_reads_its_own_match_only(sizes, unblocked):
    from scoring.services import SCORE_MATCH

    touched = {}
    for size in SIZES:
        sizes.use(str(size))
        match = past_matches.match_of_today(FORECASTERS)
        values = {"match": match.pk, "number": 1, "result_version": 1, "rule": "r", "home": 2, "away": 1}
        plan = explained(SCORE_MATCH, values | {"settled_at": timezone.now()})
        assert not read_whole(plan) & {"matches_prediction", "scoring_settlementscore"}
        touched[size] = buffers(plan)
    assert touched[SIZES[1]] <= 1.5 * touched[SIZES[0]], touched


def test_letters_out_of_order_read_one_period(sizes, unblocked):
    touched = {}
    for size in SIZES:
        sizes.use(str(size))
        _, moments = settled_today()
        tallies_folded()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE stats_tally SET disturbed = true WHERE scope = 'overall'")
        plan = explained(form.READ, form.values(moments))
        assert "scoring_settlementscore" not in read_whole(plan)
        touched[size] = buffers(plan)
        form.rebuild_letters(moments)
    assert touched[SIZES[1]] <= 2 * touched[SIZES[0]], touched


def test_computing_a_table_reads_the_matches_of_its_stage_only(sizes, unblocked):
    sizes.use(str(SIZES[1]))
    match = Match.objects.first()
    assert match is not None
    plan = explained(league_tables.SUMS, {"stage": match.stage_id})

    rows = [node["Actual Rows"] for node in walk(plan) if node.get("Relation Name") == "matches_match"]
    of_stage = Match.objects.filter(stage=match.stage_id).count()
    assert max(rows) <= of_stage < Match.objects.count() / 2


def test_the_newest_correction_is_found_without_reading_every_result(sizes, unblocked):
    from scoring.corrections import corrections

    sizes.use(str(SIZES[1]))
    later = corrections().filter(recorded_at__gt=timezone.now()).values_list("recorded_at")
    assert "matches_resultrevision" not in read_whole(explained(*later.query.sql_with_params()))


def test_forgetting_the_letters_of_a_period_reads_that_period_alone(sizes, unblocked):
    """By the key of each row: the plan that joins periods at the end reads all that a row ever had."""
    sizes.use(str(SIZES[1]))
    _, moments = settled_today()
    tallies_folded()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE stats_tally SET disturbed = true WHERE scope = 'overall'")

    plan = explained(form.CLEAR, form.values(moments))

    looked_up = [node for node in walk(plan) if node.get("Alias") == "s"]
    assert looked_up
    assert all(node["Actual Rows"] <= 1 for node in looked_up)
    form.rebuild_letters(moments)


def test_letters_of_many_matches_find_their_rows_by_key_not_by_comparing_each_with_each(sizes, unblocked):
    sizes.use(str(SIZES[0]))
    moments = list(Match.objects.filter(kickoff_at__lt=timezone.now()).values_list("pk", "kickoff_at"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE stats_tally SET disturbed = true")

    with transaction.atomic():
        form.run(form.CLEAR, moments)
        plan = explained(form.READ, form.values(moments))

    assert compared(plan) <= Tally.objects.count()
    form.rebuild_letters(moments)


def test_a_recount_of_all_letters_finds_its_rows_by_key_too(sizes, unblocked):
    sizes.use(str(SIZES[1]))
    steps = [step for step in form.FROM_SCRATCH.split(";\n") if step.strip()]
    (update,) = [number for number, step in enumerate(steps) if "UPDATE stats_tally" in step]

    with transaction.atomic(), connection.cursor() as cursor:
        for step in steps[:update]:
            cursor.execute(step)
        plan = explained(steps[update], None)
        transaction.set_rollback(True)

    assert compared(plan) <= Tally.objects.count()


def compared(plan: dict) -> int:
    """Pairs of rows that a join looked at in vain."""
    return sum(node.get("Rows Removed by Join Filter", 0) * node["Actual Loops"] for node in walk(plan))


def tallies_folded() -> None:
    with transaction.atomic():
        fold.fold(at=timezone.now())


def test_the_pipeline_status_reads_no_more_settlements_where_there_are_ten_times_as_many(
    sizes, unblocked, monkeypatch
):
    """Covers all its queries: matches, latency, jobs, views."""
    from ops import counts
    from ops.management.commands.pipeline_status import overall

    monkeypatch.setattr(counts, "NEWEST", 50)
    monkeypatch.setattr(latency, "NEWEST", 50)
    read = {}
    for size in SIZES:
        sizes.use(str(size))
        vacuum_and_checkpoint()
        with CaptureQueriesContext(connection) as asked:
            assert overall(timezone.now())["matches"]["finished"] >= 50
        plans = [explained(query["sql"], None) for query in asked if query["sql"].startswith("SELECT")]
        read[size] = sum(rows_read(plan, "scoring_settlement") for plan in plans)
    assert 0 < read[SIZES[1]] <= 1.3 * read[SIZES[0]], read


def rows_read(plan: dict, relation: str) -> int:
    """Return the rows of a table that a plan looked at, whether or not it could use them."""
    return sum(
        node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0))
        for node in walk(plan)
        if node.get("Relation Name") == relation
    )
