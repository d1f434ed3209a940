"""Roundups of older matches wait until imports have ended and earlier matches are scored."""

from datetime import timedelta

import pytest
from django.utils import timezone

from content.models import Roundup
from core.pipeline.models import Heartbeat, JobRun
from matches.imports import lease
from matches.imports.predictions.bulk import import_predictions
from matches.imports.predictions.copy_format import ImportRow
from matches.models import Match
from tests.content.roundups.conftest import count, week
from tests.factories import MatchFactory, coin, homer, oracle, predict, record
from tests.pipeline_helpers import run_job, run_waiting

pytestmark = pytest.mark.django_db


def row(number: int, match: Match, forecaster) -> ImportRow:
    return ImportRow(number, match.pk, forecaster.pk, 1, 0, None, None, None, None, "")


def import_chunks(matches: list[Match], renew) -> None:
    """Import a forecaster per chunk; the pipeline runs after each chunk, except for the roundups."""
    for forecaster in (oracle(), homer(), coin()):
        rows = [row(number, match, forecaster) for number, match in enumerate(matches, start=1)]
        for _ in import_predictions(rows):
            renew()
        count()
        run_waiting("write_roundup", limit=50)


def test_an_import_of_matches_and_predictions_writes_each_roundup_once(db):
    with lease.held() as renew:
        matches = [week(number) for number in range(1, 4)]
        for match in matches:
            record(match, 2, 1)
        count()
        import_chunks(matches, renew)
        assert not Roundup.objects.exists()
    run_waiting()

    assert sorted(Roundup.objects.values_list("match_id", "version")) == [(match.pk, 1) for match in matches]
    assert all(each.facts["field"]["predictions"] == 3 for each in Roundup.objects.all())


def test_one_job_postpones_all_archive_roundups_during_an_import(match):
    other = week(2)
    record(other, 0, 0)
    count()
    JobRun.objects.filter(kind="write_roundup").update(due_at=timezone.now())
    with lease.held():
        first = JobRun.objects.filter(kind="write_roundup", key=str(match.pk)).get()
        run_job(first.pk)
        due = {run.due_at for run in JobRun.objects.filter(kind="write_roundup")}

    assert len(due) == 1
    assert due.pop() > timezone.now() + timedelta(seconds=20)


def test_a_match_of_today_does_not_wait_for_an_import(db):
    today = MatchFactory(kickoff_at=timezone.now() - timedelta(hours=2))
    record(today, 1, 0)
    count()
    with lease.held():
        run_waiting("write_roundup")
    assert Roundup.objects.filter(match=today).exists()


def test_the_lease_of_a_killed_import_ends_by_itself(match):
    with lease.held():
        Heartbeat.objects.filter(name__startswith="import ").update(
            beat_at=timezone.now() - timedelta(seconds=61)
        )
        assert not lease.is_held(now=timezone.now())
        run_waiting("write_roundup")
    assert Roundup.objects.filter(match=match).exists()


def test_the_next_import_deletes_the_leases_of_killed_ones(db):
    Heartbeat.objects.create(name="import 1", beat_at=timezone.now() - timedelta(minutes=5))
    with lease.held():
        assert Heartbeat.objects.filter(name__startswith="import ").count() == 1
    assert not Heartbeat.objects.exists()


def test_a_roundup_waits_until_an_earlier_match_is_scored_again(match):
    later = week(2)
    predict(later, oracle(), (1, 0))
    record(later, 1, 0)
    count()
    record(match, 0, 2)

    (ran,) = run_waiting("write_roundup")[1:]
    assert (ran.key, ran.state) == (str(later.pk), "queued")
    assert ran.error == f"A match before match {later.pk} is about to be scored."
    run_waiting()
    assert [each.version for each in Roundup.objects.filter(match=later)] == [1]


def test_predictions_added_to_earlier_matches_are_one_reason(db):
    matches = [week(number) for number in range(1, 4)]
    for match in matches:
        predict(match, oracle(), (1, 0))
        record(match, 2, 1)
    run_waiting()
    rows = [row(number, match, homer()) for number, match in enumerate(matches[:2], start=1)]
    list(import_predictions(rows))
    run_waiting()
    run_waiting()

    reasons = dict(Roundup.objects.filter(status="superseded").values_list("match_id", "supersede_reason"))
    assert reasons[matches[1].pk] == "predictions were added"
    assert reasons[matches[2].pk] == "predictions of 2 earlier matches were added"
    assert not Roundup.objects.filter(version__gt=2).exists()
