"""End to end with real processes: from rq-scheduler and the worker to the stored prediction."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from core.pipeline.models import JobRun
from matches.models import LLMQuestion, Prediction
from stats.models import LeaderboardRow
from tests.crew import crew
from tests.factories import EndpointFactory, MatchFactory, oracle, predict, record
from tests.loopback_llm import PICK, Handler, fails, loopback_endpoint, says

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
KIND = "predict_match"


class Witness:
    """Behaviour that counts sessions with an open transaction while the request is in progress."""

    def __init__(self) -> None:
        self.waiting: list[int] = []

    def __call__(self, handler: Handler) -> None:
        time.sleep(1)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND state LIKE 'idle in transaction%' AND state_change < now() - interval '0.8 s'"
            )
            self.waiting.append(cursor.fetchone()[0])
        connection.close()
        says(PICK)(handler)


def test_a_question_is_put_when_it_is_due_and_no_transaction_is_open_meanwhile(redis_queues, tmp_path):
    witness = Witness()
    with loopback_endpoint() as server:
        server.behave(fails(429, Retry_After="1"), witness)
        endpoint = EndpointFactory(base_url=server.url, key_variable="LLM_KEY_SAGE")
        # Due in three seconds: by rq-scheduler, not at once.
        match = MatchFactory(kickoff_at=timezone.now() + timedelta(minutes=30, seconds=3))
        assert JobRun.objects.get(kind=KIND).due_at > timezone.now()

        with crew(tmp_path, LLM_KEY_SAGE="sk-of-the-crew") as team:
            team.until(lambda: LLMQuestion.objects.filter(state="answered").exists(), seconds=60)

        assert [asked["headers"]["Authorization"] for asked in server.asked] == ["Bearer sk-of-the-crew"] * 2
        assert server.asked[0]["body"]["messages"] == server.asked[1]["body"]["messages"]

    prediction = Prediction.objects.get()
    assert (prediction.match, prediction.forecaster) == (match, endpoint.forecaster)
    assert prediction.provenance == "live"
    assert witness.waiting == [0]
    assert JobRun.objects.get(kind=KIND).state == "done"


def test_a_slow_model_keeps_no_match_from_being_scored(redis_queues, tmp_path):

    asked, answer = threading.Event(), threading.Event()

    def slow(handler: Handler) -> None:
        asked.set()
        answer.wait(60)
        says(PICK)(handler)

    with loopback_endpoint() as server:
        server.behave(slow)
        EndpointFactory(base_url=server.url, timeout_seconds=60)
        MatchFactory(kickoff_at=timezone.now() + timedelta(minutes=20))
        played = MatchFactory()
        predict(played, oracle(), (2, 1))

        with crew(tmp_path) as team:
            team.until(asked.is_set)
            record(played, 2, 1)
            team.until(lambda: LeaderboardRow.objects.filter(scope="overall").exists())
            assert LLMQuestion.objects.get().state == "open"
            answer.set()
            team.until(lambda: LLMQuestion.objects.filter(state="answered").exists())
