"""The runner: effect, end and next stage together, or nothing."""

import time

import pytest
import sentry_sdk
from django.db import connection, transaction
from django.utils import timezone

from core.pipeline import ledger, registry, runner
from core.pipeline.models import JobRun
from matches.models import Team
from tests.pipeline_helpers import run_job

pytestmark = pytest.mark.django_db


def ask(kind: str = "note", key: str = "1", subject: str = "") -> JobRun:
    (pk,) = ledger.enqueue(kind, {key: subject}, now=timezone.now())
    return JobRun.objects.get(pk=pk)


@pytest.fixture
def kind():
    """Register a job function for one test."""
    added = []

    def register(effect, **options):
        registry.job(queue="scoring", **options)(effect)
        added.append(effect.__name__)
        return effect.__name__

    yield register
    for name in added:
        del registry._kinds[name]


def test_a_job_runs_once_however_often_it_is_delivered(calls):
    run = ask()

    for _ in range(3):
        run_job(run.pk)

    run.refresh_from_db()
    assert calls == ["1"]
    assert (run.state, run.attempt, run.lease_until) == ("done", 1, None)


def test_the_effect_the_end_and_the_next_row_commit_together(kind):
    def found_team(*, run):
        Team.objects.create(slug="ashford", name="Ashford", short_name="Ashford")
        ledger.enqueue("note", {"next": ""}, now=timezone.now(), triggered_by=run)
        raise RuntimeError("power cut")

    run = ask(kind(found_team))
    run_job(run.pk)

    run.refresh_from_db()
    assert run.state == "queued"
    assert not Team.objects.exists()
    assert not JobRun.objects.filter(kind="note").exists()


def test_prepare_runs_outside_a_transaction_and_hands_over_its_result(kind, transactional_db):
    seen = {}

    def look(run):
        seen["in transaction"] = connection.in_atomic_block
        return "facts"

    def publish(*, run, prepared):
        seen["prepared"] = prepared

    run = ask(kind(publish, prepare=look))
    run_job(run.pk)

    assert seen == {"in transaction": False, "prepared": "facts"}


def test_a_job_with_nothing_to_do_is_skipped_with_its_reason(kind):
    def idle(*, run):
        raise runner.Skip("Somebody was faster.")

    run = ask(kind(idle))
    run_job(run.pk)

    run.refresh_from_db()
    assert (run.state, run.error) == ("skipped", "Somebody was faster.")


def test_work_that_went_on_past_its_time_limit_is_refused():
    limit = runner.TimeLimit(allowed=120, began=time.monotonic() - 120, alarm_was_set=False)

    with pytest.raises(runner.Overran, match="120 s of 120 s"):
        limit.refuse_overrun()


def test_the_database_ends_slow_statements_and_the_transaction_of_a_frozen_worker(kind):
    seen = {}

    def ask_database(*, run):
        with connection.cursor() as cursor:
            for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
                cursor.execute(f"SHOW {limit}")
                seen[limit] = cursor.fetchone()[0]

    run_job(ask(kind(ask_database)).pk)

    assert seen == {"statement_timeout": "110s", "idle_in_transaction_session_timeout": "2min"}


class Mailbox(sentry_sdk.transport.Transport):
    """A Sentry transport that keeps what it is given."""

    def __init__(self):
        super().__init__()
        self.events = []

    def capture_envelope(self, envelope):
        self.events += [item.get_event() for item in envelope.items if item.get_event()]


@pytest.fixture
def sentry():
    mailbox = Mailbox()
    sentry_sdk.init(dsn="http://key@127.0.0.1/1", transport=mailbox, default_integrations=False)
    yield mailbox
    sentry_sdk.init(default_integrations=False)


def test_each_failed_attempt_is_reported_with_job_match_and_attempt(kind, sentry):
    def poisoned(*, run):
        raise ValueError("bad apple")

    run = ask(kind(poisoned), key="42", subject="match:42")
    for _ in range(3):
        JobRun.objects.filter(pk=run.pk).update(due_at=timezone.now())
        run_job(run.pk)
    sentry_sdk.flush()

    run.refresh_from_db()
    assert run.state == "failed"
    assert [event["tags"]["attempt"] for event in sentry.events] == ["1", "2", "3"]
    assert {
        (event["tags"]["job"], event["tags"]["match"], event["tags"]["kind"]) for event in sentry.events
    } == {(str(run.pk), "42", "poisoned")}


def test_log_lines_carry_the_match_and_the_job(caplog):
    run = ask(key="7", subject="match:7")

    with caplog.at_level("INFO", logger="pipeline"), transaction.atomic():
        run_job(run.pk)

    line = caplog.records[-1].msg
    assert (line["event"], line["job"], line["match"], line["attempt"]) == ("done", run.pk, "7", 1)
