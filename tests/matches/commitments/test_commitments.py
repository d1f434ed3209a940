"""Commitments to the log of a match at its lock, and inclusion proofs."""

import time
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.pipeline import reconciler
from core.pipeline.models import JobRun
from matches.commitments import merkle, prediction_log
from matches.models import Commitment, Match, Prediction
from tests.factories import coin, homer, move, oracle, predict, record, time_passes, upcoming_match
from tests.matches.commitments.test_merkle import root_from_path
from tests.pipeline_helpers import run_waiting

pytestmark = pytest.mark.django_db
LIVE = Prediction.Provenance.LIVE
A_DAY = timedelta(days=1)


def predicted(*cast) -> Match:
    """Create a match of tomorrow with a live prediction of each forecaster."""
    match = upcoming_match()
    for who in cast or (oracle(), coin(), homer()):
        predict(match, who, (2, 1), provenance=LIVE)
    return match


def locked(match: Match) -> Match:
    time_passes(match, A_DAY)
    match.refresh_from_db()
    return match


def test_the_root_is_computed_from_the_lines_of_the_log():
    match = locked(predicted())

    made = prediction_log.commit(match.pk, at=timezone.now())

    lines = prediction_log.log_lines(match.pk)
    assert [line.split()[:2] for line in lines] == [
        ["1", "the-oracle"],
        ["2", "the-coin"],
        ["3", "the-homer"],
    ]
    assert made.root == merkle.root([merkle.leaf_hash(line.encode()) for line in lines]).hex()
    assert (made.number, made.size, made.locked_at, made.before_result) == (1, 3, match.lock_at, True)
    assert made.about["home"] == "ashford"


def test_a_job_commits_when_the_match_locks():
    match = predicted()
    run = JobRun.objects.get(kind="commit_predictions", key=str(match.pk))
    assert run.due_at == match.lock_at

    run_waiting("commit_predictions")
    assert not Commitment.objects.exists(), "it is not locked yet"

    locked(match)
    JobRun.objects.filter(pk=run.pk).update(due_at=timezone.now())
    run_waiting("commit_predictions")
    assert Commitment.objects.get(match=match).size == 3


@pytest.mark.parametrize("by", [timedelta(hours=-5), timedelta(hours=5)])
def test_the_job_moves_with_the_kickoff(by):
    match = predicted()
    moved = match.kickoff_at + by

    move(match, moved)

    assert JobRun.objects.get(kind="commit_predictions", state="queued").due_at == moved


def test_many_predictions_wait_for_one_commitment():
    match = predicted(oracle(), coin(), homer(), oracle())

    assert JobRun.objects.filter(kind="commit_predictions", key=str(match.pk)).count() == 1


def test_the_reconciler_queues_missing_commitments():
    match = locked(predicted())
    JobRun.objects.all().delete()

    reconciler.reconcile(now=timezone.now())

    assert JobRun.objects.filter(kind="commit_predictions", key=str(match.pk), state="queued").exists()


def test_a_match_without_predictions_has_no_commitment():
    match = locked(upcoming_match())

    with pytest.raises(prediction_log.NothingToCommit):
        prediction_log.commit(match.pk, at=timezone.now())


def test_the_same_log_is_committed_to_once():
    match = locked(predicted())
    prediction_log.commit(match.pk, at=timezone.now())

    with pytest.raises(prediction_log.NothingToCommit, match="in commitment 1"):
        prediction_log.commit(match.pk, at=timezone.now())


def test_a_match_that_locks_again_has_a_second_commitment_and_the_first_stays_valid():
    match = locked(predicted(oracle(), coin()))
    first = prediction_log.commit(match.pk, at=timezone.now())
    record(match, status="postponed")
    move(match, timezone.now() + timedelta(seconds=0.5))
    predict(match, homer(), (0, 0), provenance=LIVE)
    time.sleep(0.5)

    second = prediction_log.commit(match.pk, at=timezone.now())

    assert (second.number, second.size) == (2, 3)
    assert prediction_log.tampered(Commitment.objects.all()) == []
    beginning = prediction_log.log_lines(match.pk, first.size)
    assert merkle.root(prediction_log.hashes(beginning)).hex() == first.root


def test_a_commitment_after_the_result_says_so():
    match = locked(predicted())
    record(match, 1, 0)

    assert not prediction_log.commit(match.pk, at=timezone.now()).before_result


@pytest.mark.parametrize(
    "change", ["UPDATE matches_commitment SET root = repeat('0', 64)", "DELETE FROM matches_commitment"]
)
def test_a_commitment_cannot_be_changed(change):
    prediction_log.commit(locked(predicted()).pk, at=timezone.now())

    with pytest.raises(IntegrityError, match="commitment-append-only"), transaction.atomic():
        connection.cursor().execute(change)


def test_a_proof_leads_to_the_root():
    match = locked(predicted())
    made = prediction_log.commit(match.pk, at=timezone.now())

    for row in Prediction.objects.filter(match=match):
        proof = prediction_log.prove(row)
        found = root_from_path(
            merkle.leaf_hash(proof.leaf.encode()),
            [bytes.fromhex(each) for each in proof.path],
            index=proof.position - 1,
            size=made.size,
        )
        assert found.hex() == made.root
        assert proof.leaf == f"{proof.position} {row.forecaster.slug} {row.digest}"


def test_there_is_no_proof_before_the_commitment_nor_of_an_archive_prediction():
    match = locked(predicted(oracle()))
    archive = predict(match, coin(), (1, 0))

    with pytest.raises(prediction_log.NotCommitted, match="when the match locks"):
        prediction_log.prove(Prediction.objects.filter(match=match, provenance=LIVE).get())
    prediction_log.commit(match.pk, at=timezone.now())
    with pytest.raises(prediction_log.NotCommitted, match="archive"):
        prediction_log.prove(archive)


SET = "UPDATE matches_prediction SET {} WHERE id = %s"
TAMPERED = {
    "a goal": SET.format("home_goals = 0"),
    "a timestamp": SET.format("submitted_at = submitted_at - interval '1 hour'"),
    "the forecaster": SET.format("forecaster_id = (SELECT max(id) + 1 FROM matches_forecaster)"),
    "a missing row": "DELETE FROM matches_predictionlogentry WHERE prediction_id = %s",
}


@pytest.mark.parametrize("what", TAMPERED)
def test_tampering_with_the_database_is_detected(what):
    match = locked(predicted())
    made = prediction_log.commit(match.pk, at=timezone.now())
    row = Prediction.objects.filter(match=match).earliest("pk")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(TAMPERED[what], [row.pk])

    assert prediction_log.tampered(Commitment.objects.all()) == [made]


def test_the_slug_in_a_published_leaf_cannot_be_given_to_another_forecaster():
    match = predicted(oracle())
    who = oracle()
    who.slug = "another"

    with pytest.raises(IntegrityError, match="forecaster-slug"), transaction.atomic():
        who.save()
    assert match
