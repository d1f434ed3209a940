"""A correction may come at any moment. What stands in the end is the newest result, once, everywhere.

The moments are made with real transactions: a lock that the test holds stops a worker half-way, another
connection records the correction, then the lock is let go.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.utils import timezone

from content.models import Roundup
from core.pipeline import ledger
from core.pipeline.models import JobRun
from matches.models import Competition, Match, Prediction
from scoring.models import Score, Settlement
from stats.tallies import fold
from tests.crew import crew
from tests.factories import MatchFactory, coin, homer, oracle, predict, record
from tests.pipeline_helpers import run_job, run_waiting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def match() -> Match:
    return predicted_match()


def predicted_match() -> Match:
    match = MatchFactory()
    predict(match, oracle(), (2, 1), (0.6, 0.25, 0.15))
    predict(match, homer(), (1, 0))
    predict(match, coin(), (1, 1), (1 / 3, 1 / 3, 1 / 3))
    return match


def assert_only_the_newest_stands(match: Match) -> None:
    """One current settlement of the newest version, everybody scored, tallies exact, one current roundup."""
    match.refresh_from_db()
    settlement = Settlement.objects.get(match=match, superseded_at__isnull=True)
    assert (settlement.result_version, settlement.used_score) == (
        match.result_version,
        (match.home_score, match.away_score),
    )
    scored = Score.objects.filter(prediction__match=match)
    assert set(scored.values_list("settlement", flat=True)) == {settlement.pk}
    assert scored.count() == Prediction.objects.current().filter(match=match).count()
    assert settlement.folded_at is not None
    former = Settlement.objects.filter(match=match, superseded_at__isnull=False, folded_at__isnull=False)
    assert not former.filter(unfolded_at__isnull=True).exists()
    assert fold.stored() == fold.recount()
    told = Roundup.objects.get(match=match, status="published")
    assert (told.result_version, told.settlement_id) == (match.result_version, settlement.pk)
    assert f"{match.home_score}-{match.away_score}" in told.title
    assert not ledger.is_busy()


# --- Two connections --------------------------------------------------------------------------------------


@contextmanager
def held(statement: str) -> Iterator[None]:
    """A lock of this connection; whoever needs what it locks waits until the block ends."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        yield


class Elsewhere(threading.Thread):
    """Work on a connection of its own; `result` raises what it raised."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__()
        self.work, self.error = work, None
        self.start()

    def run(self) -> None:
        try:
            self.work()
        except BaseException as error:  # noqa: BLE001 - raised again in the test
            self.error = error
        finally:
            connection.close()

    def done(self) -> None:
        self.join(timeout=30)
        assert not self.is_alive(), "still waiting after 30 s"
        if self.error:
            raise self.error


def wait_until_waiting(how_many: int) -> None:
    """Until that many other connections to this database wait for a lock."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees it as it was
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0] >= how_many:
                return
        time.sleep(0.01)
    raise AssertionError(f"never were {how_many} connections waiting")


def the_job(kind: str) -> Callable[[], object]:
    """What a worker does with the run of this kind that waits; one with a delay is due at once."""
    run = JobRun.objects.get(kind=kind, state=JobRun.State.QUEUED)
    if run.due_at > timezone.now():
        assert not connection.in_atomic_block, "the worker would wait for this row, not for what is tested"
        JobRun.objects.filter(pk=run.pk).update(due_at=run.created_at)
    return lambda: run_job(run.pk)


# --- The moments ------------------------------------------------------------------------------------------


def test_while_the_match_is_being_scored(match):
    """score_match holds the match row: the correction waits for it, and is scored after it."""
    record(match, 2, 1)
    with held("LOCK TABLE scoring_settlement IN SHARE MODE"):
        scoring = Elsewhere(the_job("score_match"))
        wait_until_waiting(1)
        correcting = Elsewhere(lambda: record(match, 1, 1))
        wait_until_waiting(2)
    scoring.done()
    correcting.done()

    run_waiting()

    assert Settlement.objects.filter(match=match).count() == 2
    assert_only_the_newest_stands(match)


def test_while_the_scoring_waits_for_the_correction(match):
    """The other way round: the correction holds the row, so scoring sees the newest result at once."""
    record(match, 2, 1)
    job = the_job("score_match")
    with transaction.atomic():
        record(match, 1, 1)
        scoring = Elsewhere(job)
        wait_until_waiting(1)
    scoring.done()

    run_waiting()

    assert Settlement.objects.filter(match=match).count() == 1, "the first result was never worth anything"
    assert_only_the_newest_stands(match)


def test_the_basis_changes_while_the_match_is_being_scored(match):
    """The score that counts is read under a lock that the change of basis needs as well."""
    competition = match.season.competition
    Competition.objects.filter(pk=competition.pk).update(score_basis=Competition.ScoreBasis.AFTER_EXTRA_TIME)
    competition.refresh_from_db()
    record(match, 1, 1, home_score_aet=2, away_score_aet=1)
    with held("LOCK TABLE scoring_settlement IN SHARE MODE"):
        scoring = Elsewhere(the_job("score_match"))
        wait_until_waiting(1)
        competition.score_basis = Competition.ScoreBasis.FULL_TIME
        changing = Elsewhere(competition.save)
        wait_until_waiting(2)
    scoring.done()
    changing.done()

    run_waiting()

    settlement = Settlement.objects.get(match=match, superseded_at__isnull=True)
    assert settlement.used_score == (1, 1)
    assert_only_the_newest_stands(match)


def test_between_scoring_and_refresh(match):
    record(match, 2, 1)
    run_waiting("score_match")
    record(match, 1, 1)

    run_waiting()

    first = Settlement.objects.get(match=match, number=1)
    assert first.folded_at is None, "what was superseded before it was counted is never counted"
    assert_only_the_newest_stands(match)


def test_between_scoring_and_refresh_with_the_refresh_first(match):
    record(match, 2, 1)
    run_waiting("score_match")
    record(match, 1, 1)

    run_waiting("refresh_views")
    run_waiting()

    first = Settlement.objects.get(match=match, number=1)
    assert first.folded_at is not None
    assert first.unfolded_at is not None
    assert_only_the_newest_stands(match)


def test_while_the_refresh_counts_the_old_result(match):
    record(match, 2, 1)
    run_waiting("score_match")
    refresh = the_job("refresh_views")
    with held("LOCK TABLE stats_tally IN SHARE MODE"):
        refreshing = Elsewhere(refresh)
        wait_until_waiting(1)
        Elsewhere(lambda: record(match, 1, 1)).done()
        scoring = Elsewhere(the_job("score_match"))
        wait_until_waiting(2)
    refreshing.done()
    scoring.done()

    run_waiting()

    assert_only_the_newest_stands(match)


def test_between_refresh_and_roundup(match):
    record(match, 2, 1)
    run_waiting("score_match", "refresh_views")
    record(match, 1, 1)

    run_waiting()

    assert Roundup.objects.filter(match=match).count() == 1, "no roundup of the first result was written"
    assert_only_the_newest_stands(match)


def test_between_refresh_and_roundup_with_the_roundup_first(match):
    record(match, 2, 1)
    run_waiting("score_match", "refresh_views")
    record(match, 1, 1)

    ran = run_waiting("write_roundup")
    run_waiting()

    assert [run.state for run in ran] == ["skipped"], "the views are older than the result"
    assert_only_the_newest_stands(match)


def test_while_the_roundup_is_being_written(match):
    """The draft tells the old result; before it is published, the match is settled anew."""
    record(match, 2, 1)
    run_waiting("score_match", "refresh_views")
    job = the_job("write_roundup")
    with transaction.atomic():
        record(match, 1, 1)
        writing = Elsewhere(job)
        wait_until_waiting(1)
    writing.done()
    assert not Roundup.objects.exists()

    run_waiting()

    assert_only_the_newest_stands(match)


def test_after_the_roundup(match):
    record(match, 2, 1)
    run_waiting()
    record(match, 1, 1)

    run_waiting()

    assert Roundup.objects.filter(match=match, status="superseded").count() == 1
    assert_only_the_newest_stands(match)


def test_twice_within_a_second_from_two_sides(match):
    record(match, 2, 1)
    with transaction.atomic():
        Match.objects.select_for_update().get(pk=match.pk)
        sides = [Elsewhere(lambda: record(match, 1, 1)), Elsewhere(lambda: record(match, 3, 1))]
        wait_until_waiting(2)
    for side in sides:
        side.done()

    run_waiting()

    assert sorted(match.revisions.values_list("version", flat=True)) == [1, 2, 3]
    assert_only_the_newest_stands(match)


def test_there_and_back_again_ends_as_it_began(match):
    record(match, 2, 1)
    run_waiting()
    before = fold.stored()

    for home, away in ((1, 1), (0, 3), (2, 1)):
        record(match, home, away)
        run_waiting("score_match")
    run_waiting()

    assert fold.stored() == before
    assert_only_the_newest_stands(match)


@pytest.mark.processes
def test_with_real_workers_at_whatever_moment_it_happens(redis_queues, tmp_path):
    matches = [predicted_match() for _ in range(6)]
    with crew(tmp_path, ROUNDUP_DELAY="1") as team:
        for turn, (home, away) in enumerate([(2, 1), (1, 1), (0, 2), (3, 1)]):
            for match in matches:
                record(match, home, away)
                time.sleep(0.03 * turn)
        team.until(lambda: all(newest_is_published(match) for match in matches))
        team.until(lambda: not ledger.is_busy())

    for match in matches:
        assert_only_the_newest_stands(match)


def newest_is_published(match: Match) -> bool:
    return Roundup.objects.filter(match=match, status="published", result_version=4).exists()
