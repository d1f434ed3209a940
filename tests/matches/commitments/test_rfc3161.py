"""Timestamps of commitments by a real authority (OpenSSL): requested, verified and stored."""

import shutil
import subprocess
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.pipeline.models import JobRun
from matches.commitments import prediction_log, rfc3161
from matches.jobs import TIMESTAMP, sweep_unstamped
from matches.models import Commitment, Timestamp
from ops.doctor.database import timestamps
from tests import openssl_authority
from tests.factories import oracle, predict, upcoming_match
from tests.matches.commitments.test_commitments import locked
from tests.pipeline_helpers import run_waiting

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="the authority is OpenSSL's command"),
]


@pytest.fixture(scope="session")
def certified(tmp_path_factory):
    return openssl_authority.make(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def authority(certified, settings):
    """Timestamp authority that the settings name and trust."""
    with openssl_authority.serving(openssl_authority.Authority(certified.folder)) as serving:
        settings.TSA_URL, settings.TSA_ROOTS = serving.url, serving.roots
        yield serving


@pytest.fixture
def commitment(db) -> Commitment:
    match = upcoming_match()
    predict(match, oracle(), (2, 1), provenance="live")
    return prediction_log.commit(locked(match).pk, at=timezone.now())


def ask_for(commitment: Commitment) -> JobRun:
    sweep_unstamped(timezone.now())
    (run,) = run_waiting(TIMESTAMP)
    return run


def test_a_commitment_is_stamped_by_the_authority_and_openssl_agrees(authority, commitment, client, tmp_path):
    run = ask_for(commitment)

    stamp = Timestamp.objects.get(commitment=commitment)
    assert run.state == JobRun.State.DONE
    assert abs(stamp.stated_at - timezone.now()) < timedelta(minutes=1)
    told = client.get(f"/api/v1/matches/{commitment.match_id}/commitment/").json()["timestamp"]
    assert told["authority"] == authority.url
    sent = client.get(f"/api/v1/matches/{commitment.match_id}/commitment/timestamp/")
    assert sent.headers["Content-Type"] == "application/timestamp-reply"
    (tmp_path / "stamp.tsr").write_bytes(sent.content)
    (tmp_path / "root.txt").write_text(commitment.root)
    said = subprocess.run(
        ["openssl", "ts", "-verify", "-data", "root.txt", "-in", "stamp.tsr", "-CAfile", authority.roots],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Verification: OK" in said.stdout + said.stderr


def test_a_timestamp_is_requested_when_the_match_locks(authority):
    match = upcoming_match()
    predict(match, oracle(), (2, 1), provenance="live")
    locked(match)

    run_waiting("commit_predictions", TIMESTAMP)

    assert Timestamp.objects.filter(commitment__match=match).exists()


def flipped(answer: bytes) -> bytes:
    """Return the response with one bit of the signature flipped."""
    return answer[:-8] + bytes([answer[-8] ^ 1]) + answer[-7:]


BAD = {
    "signed for something else": lambda authority: lambda _: authority.stamp(authority.queries[0]),
    "cut off": lambda _: lambda answer: answer[: len(answer) // 2],
    "another signature": lambda _: flipped,
    "no timestamp at all": lambda _: lambda _: b"<html>",
    "far too long": lambda _: lambda _: b"x" * (rfc3161.MAX_BYTES + 1),
}


@pytest.mark.parametrize("what", BAD)
def test_an_invalid_timestamp_is_not_stored_and_requested_again(authority, commitment, what):
    rfc3161.request_timestamp("0" * 64)  # an earlier query, of another root and nonce
    authority.mood = BAD[what](authority)

    run = ask_for(commitment)

    assert (run.state, Timestamp.objects.count()) == (JobRun.State.QUEUED, 0)
    assert run.error.startswith(authority.url)
    assert run.due_at > timezone.now() + timedelta(minutes=9)
    authority.mood = lambda answer: answer
    run_waiting(TIMESTAMP)
    assert Timestamp.objects.get().commitment == commitment


def test_untrusted_certificates_are_refused(authority, commitment, settings, tmp_path):
    settings.TSA_ROOTS = openssl_authority.make(tmp_path).roots

    assert "the timestamp is not valid" in ask_for(commitment).error


def test_an_unavailable_authority_is_retried_for_a_day_then_the_job_fails(authority, commitment):
    authority.status = 503

    run = ask_for(commitment)
    assert "the response has status 503" in run.error
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE matches_commitment SET committed_at = committed_at - interval '25 hours'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    run_waiting(TIMESTAMP)

    run.refresh_from_db()
    assert run.state == JobRun.State.FAILED
    assert sweep_unstamped(timezone.now()) == 0


def test_without_an_authority_no_request_is_sent(commitment):
    assert sweep_unstamped(timezone.now()) == 0
    assert not JobRun.objects.filter(kind=TIMESTAMP).exists()


def test_a_missing_setting_is_reported(authority, settings):
    settings.TSA_ROOTS = "/nowhere.pem"

    with pytest.raises(rfc3161.TimestampsNotConfigured, match=r"/nowhere\.pem"):
        rfc3161.request_timestamp("0" * 64)
    (check,) = timestamps(timezone.now())
    assert not check.ok
    assert "TSA_ROOTS" in check.detail


def test_a_timestamp_cannot_be_changed(authority, commitment):
    ask_for(commitment)

    for change in ("UPDATE matches_timestamp SET stated_at = now()", "DELETE FROM matches_timestamp"):
        with pytest.raises(IntegrityError, match="timestamp-append-only"), transaction.atomic():
            connection.cursor().execute(change)


def test_an_export_has_the_timestamp_beside_the_commitment(authority, commitment, tmp_path):
    call_command("export_commitments", tmp_path)
    ask_for(commitment)
    call_command("export_commitments", tmp_path)

    (stamp,) = tmp_path.rglob("*.tsr")
    assert stamp.read_bytes() == bytes(Timestamp.objects.get().answer)
    assert stamp.with_suffix(".json").exists()
