"""The job predict_match with endpoints that behave well or badly."""

import json
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from core.pipeline import scheduling
from core.pipeline.models import JobRun
from core.pipeline.scheduling import ScheduledRun
from matches.llm import chat_client, secrets
from matches.llm.conclude import conclude
from matches.llm.prepare import RESERVED_SECONDS, prepare
from matches.models import DailyUsage, Endpoint, LLMQuestion, LLMRequest, Prediction
from matches.services.predictions import retire
from tests.factories import TeamFactory, oracle, predict, record, time_passes
from tests.loopback_llm import (
    PICK,
    answers,
    completion,
    drips,
    fails,
    hangs_up,
    is_silent,
    redirects,
    says,
    says_pick,
    stops_half_way,
)
from tests.matches.llm.conftest import KIND, run_once, soon, waiting

pytestmark = pytest.mark.django_db
FENCED = "```json\n{}\n```"


def purposes(question: LLMQuestion) -> list[str]:
    return list(question.requests.order_by("pk").values_list("purpose", flat=True))


def test_an_answer_is_a_live_pick_of_the_forecaster(ask, match, sage):
    question = ask(says(PICK))

    prediction = Prediction.objects.get()
    assert (question.state, question.reason, question.prediction) == ("answered", "", prediction)
    assert (prediction.match, prediction.forecaster, prediction.provenance) == (match, sage, "live")
    assert (prediction.home_goals, prediction.away_goals) == (2, 1)
    assert (prediction.p_home, prediction.p_draw, prediction.p_away) == (0.5, 0.3, 0.2)
    assert prediction.rationale == "Better form."
    assert JobRun.objects.get(kind=KIND).state == "done"


def test_the_question_and_its_requests_are_stored(ask, endpoint_server):
    question = ask(says(PICK))

    (asked,) = endpoint_server.asked
    (call,) = question.requests.all()
    assert asked["body"]["messages"] == question.messages == call.messages
    assert len(question.prompt_hash) == 64
    assert question.context["match"]["home"] == "Ashford"
    assert (call.model, call.status, call.tokens_in, call.tokens_out) == ("test-model-1", 200, 900, 100)
    assert call.latency_ms is not None
    assert call.asked_at <= call.answered_at
    assert '"rationale"' in call.text
    assert "chatcmpl-1" in call.raw
    assert call.host == "127.0.0.1"


def test_the_request_contains_the_json_schema(ask, endpoint_server):
    ask(says(PICK))

    body = endpoint_server.asked[0]["body"]
    assert body["response_format"]["json_schema"]["name"] == "forecast"
    assert (body["model"], body["max_tokens"]) == ("test-model-1", 300)
    assert "temperature" not in body


def test_the_request_uses_the_parameters_of_the_endpoint(endpoint, ask, endpoint_server):
    endpoint.answer_format, endpoint.token_parameter = "json_object", "max_completion_tokens"
    endpoint.temperature = 0.0
    endpoint.save()

    ask(says(PICK))

    body = endpoint_server.asked[0]["body"]
    assert (body["response_format"], body["max_completion_tokens"]) == ({"type": "json_object"}, 300)
    assert body["temperature"] == 0.0


MISSED_AT_ONCE = {
    "a refusal": (says(None, refusal="I cannot help with betting."), "refusal"),
    "a content filter": (says(PICK, finish_reason="content_filter"), "refusal"),
    "silence": (is_silent, "timeout"),
    "dripping bytes": (drips, "timeout"),
    "another model": (says(PICK, model="cheap-fallback"), "other_model"),
    "no model": (says(PICK, model=None), "other_model"),
    "a redirect": (redirects("http://127.0.0.1:1/v1"), "http_error"),
    "a wrong key": (fails(401), "http_error"),
    "an unknown model": (fails(404), "http_error"),
    "ten megabytes": (answers(b"x" * 10_000_000), "too_large"),
}


@pytest.fixture
def impatient(settings) -> None:
    """Limit the job's time so that a request gets one second."""
    queues = settings.RQ_QUEUES
    settings.RQ_QUEUES = {
        name: {**queue, "DEFAULT_TIMEOUT": RESERVED_SECONDS + 1} for name, queue in queues.items()
    }


@pytest.mark.parametrize(("behaviour", "reason"), MISSED_AT_ONCE.values(), ids=MISSED_AT_ONCE)
def test_some_faults_are_a_miss_without_a_retry(impatient, ask, endpoint_server, behaviour, reason):
    question = ask(behaviour)

    assert (question.state, question.reason) == ("missed", reason)
    assert question.detail
    assert len(endpoint_server.asked) == 1
    assert not Prediction.objects.exists()
    assert JobRun.objects.get(kind=KIND).state == "done", "a miss is no failure of the job"


NONSENSE = {
    "prose": says("I expect a narrow home win."),
    "JSON in prose": says(f"Here you are: {PICK} Enjoy!"),
    "another JSON": says({"score": "2-1"}),
    "an empty text": says(""),
    "no text": says(None),
    "half an answer": says('{"home_goals": 2, "away_', finish_reason="length"),
    "a sum of 0.9": says_pick(p_home=0.4),
    "NaN": says('{"home_goals":2,"away_goals":1,"p_home":NaN,"p_draw":0.3,"p_away":0.2}'),
    "31 goals": says_pick(home_goals=31),
    "fewer goals than none": says_pick(away_goals=-1),
    "goals as strings": says_pick(home_goals="2"),
    "negative probabilities": says_pick(p_home=1.1, p_draw=-0.1, p_away=0.0),
    "no choices": answers({**completion(PICK), "choices": []}),
    "no JSON at all": answers(b"<html>Bad gateway</html>"),
    "half an envelope": answers(b'{"choices": [{"message": {"content"'),
    "invalid UTF-8": answers(b'{"choices": "\xff\xfe"}'),
    "nothing": answers(b""),
}


@pytest.mark.parametrize("behaviour", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_twice_is_a_miss(ask, endpoint_server, behaviour):
    question = ask(behaviour)

    assert (question.state, question.reason) == ("missed", "invalid")
    assert purposes(question) == ["ask", "repair"]
    assert len(endpoint_server.asked) == 2
    assert not Prediction.objects.exists()


@pytest.mark.parametrize("behaviour", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_that_is_repaired_is_a_pick(ask, behaviour):
    question = ask(behaviour, says(PICK))

    assert (question.state, purposes(question)) == ("answered", ["ask", "repair"])
    assert Prediction.objects.get().home_goals == 2


def test_a_fenced_answer_needs_no_repair(ask):
    question = ask(says(FENCED.format(json.dumps(PICK))))

    assert (question.state, purposes(question)) == ("answered", ["ask"])


def test_a_repair_says_what_was_wrong_and_asks_the_frozen_question(ask, endpoint_server):
    question = ask(says_pick(home_goals=31), says(PICK))

    first, second = (asked["body"]["messages"] for asked in endpoint_server.asked)
    assert second[: len(first)] == first == question.messages
    assert "31" in second[-2]["content"]
    assert "home_goals must be a whole number from 0 to 30" in second[-1]["content"]


def test_a_repair_by_another_model_is_a_miss(ask):
    question = ask(says("prose"), says(PICK, model="cheap-fallback"))

    assert (question.reason, purposes(question)) == ("other_model", ["ask", "repair"])
    assert not Prediction.objects.exists()


def test_another_accepted_model_name_is_a_pick(endpoint, ask):
    endpoint.accepted_models = "test-model-1-2026-08-01\n"
    endpoint.save()

    assert ask(says(PICK, model="test-model-1-2026-08-01")).state == "answered"


PASSING = {
    "too many requests": (fails(429, Retry_After="3"), "http_error"),
    "an error of the server": (fails(500), "http_error"),
    "an overload": (fails(529), "http_error"),
    "a connection that is cut": (stops_half_way, "connection"),
    "a connection that ends": (hangs_up, "connection"),
}


@pytest.mark.parametrize(("behaviour", "reason"), PASSING.values(), ids=PASSING)
def test_transient_errors_are_retried_twice_and_then_missed(ask, endpoint_server, behaviour, reason):
    question = ask(behaviour)

    assert (question.state, question.reason) == ("missed", reason)
    assert purposes(question) == ["ask", "again", "again"]
    assert len(endpoint_server.asked) == 3


@pytest.mark.parametrize(("behaviour", "_"), PASSING.values(), ids=PASSING)
def test_a_retry_after_a_transient_error_can_be_a_pick(ask, behaviour, _):
    question = ask(behaviour, says(PICK))

    assert (question.state, purposes(question)) == ("answered", ["ask", "again"])


def test_retry_after_postpones_the_job(match, endpoint_server):
    endpoint_server.behave(fails(429, Retry_After="60"))

    run = run_once()

    assert run.state == "queued"
    assert timedelta(seconds=50) < run.due_at - timezone.now() <= timedelta(seconds=60)
    assert LLMQuestion.objects.get().state == "open"


def test_retry_after_beyond_the_lock_is_a_miss(ask):
    question = ask(fails(429, Retry_After="1800"))

    assert (question.state, purposes(question)) == ("missed", ["ask"])


def test_waiting_costs_no_attempt(ask):
    ask(fails(500), fails(500), says(PICK))

    run = JobRun.objects.get(kind=KIND)
    assert (run.state, run.attempt, run.max_attempts) == ("done", 3, 5)


# --- The lock ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", [-5, 0, 0.1])
def test_no_request_is_sent_close_to_the_lock(match, endpoint_server, minutes):
    time_passes(match, timedelta(minutes=20 - minutes))

    run = run_once()

    question = LLMQuestion.objects.get()
    assert (run.state, question.state, question.reason) == ("done", "missed", "locked")
    assert question.context is None, "by now more may be known"
    assert endpoint_server.asked == []


def test_no_request_is_sent_for_a_match_that_began_early(match, endpoint_server):
    record(match, 0, 0, status="live")

    run_once()

    assert LLMQuestion.objects.get().reason == "locked"
    assert endpoint_server.asked == []


def test_an_answer_that_comes_after_the_lock_is_refused_by_the_database(match, sage, endpoint_server):
    step = prepare(match.pk, sage.pk, now=timezone.now())
    step = replace(step, reply=chat_client.send(step.request))
    time_passes(match, timedelta(minutes=25))

    assert conclude(step, now=timezone.now()) is None

    question = LLMQuestion.objects.get()
    assert (question.state, question.reason) == ("missed", "late")
    assert not Prediction.objects.exists()
    assert question.requests.get().text, "what it said is kept all the same"
    assert Endpoint.objects.get().failures_in_row == 0, "it is no fault of the model"


def test_a_request_waits_no_longer_than_until_the_lock(match, endpoint):
    Endpoint.objects.update(timeout_seconds=300)
    time_passes(match, timedelta(minutes=19))

    step = prepare(match.pk, endpoint.forecaster_id, now=timezone.now())

    assert step.request.timeout <= 60


# --- Who is asked, and how often --------------------------------------------------------------------


def test_the_same_kickoff_is_asked_about_once(ask, match, sage, endpoint_server):
    ask(says(PICK))
    key = f"{match.pk}-{sage.pk}"
    scheduling.reschedule(KIND, {key: ScheduledRun("", timezone.now())}, now=timezone.now())
    run = run_once()

    assert (run.state, run.error) == ("skipped", "The question about this kickoff was answered already.")
    assert len(endpoint_server.asked) == 1


def test_a_forecaster_that_was_retired_is_not_asked(match, sage, endpoint_server):
    run = waiting()
    type(sage).objects.filter(pk=sage.pk).update(retired_at=timezone.now())

    assert run_once(run).state == "skipped"
    assert endpoint_server.asked == []
    assert not LLMQuestion.objects.exists()


def test_a_postponed_match_is_not_asked_about(match, endpoint_server):
    run = waiting()
    type(match).objects.filter(pk=match.pk).update(status="postponed")

    assert run_once(run).error == "The match is postponed."
    assert endpoint_server.asked == []


def test_the_pick_supersedes_an_earlier_submission(ask, match, sage):
    before = predict(match, sage, (0, 0), provenance="live")

    ask(says(PICK))

    before.refresh_from_db()
    assert before.superseded_at is not None
    assert Prediction.objects.current().get().home_goals == 2


def test_the_prompt_contains_no_picks_of_others(ask, match, endpoint_server):
    predict(match, oracle(), (7, 6), (0.81, 0.11, 0.08), provenance="live")

    question = ask(says(PICK))

    told = str(question.context) + str(question.messages)
    for secret in ("7-6", "0.81", "Oracle", "oracle"):
        assert secret not in told


def test_a_worker_that_died_during_a_request_is_followed_by_a_retry(match, endpoint, endpoint_server):
    lost = prepare(match.pk, endpoint.forecaster_id, now=timezone.now())
    endpoint_server.behave(says(PICK))

    run_once()

    lost.call.refresh_from_db()
    question = LLMQuestion.objects.get()
    assert (lost.call.fault, question.state, purposes(question)) == ("lost", "answered", ["ask", "again"])


def test_a_worker_that_dies_each_time_costs_four_requests_and_no_more(match, endpoint, endpoint_server):
    for _ in range(4):
        prepare(match.pk, endpoint.forecaster_id, now=timezone.now())

    run_once()

    question = LLMQuestion.objects.get()
    assert (question.state, question.reason) == ("missed", "lost")
    assert LLMRequest.objects.count() == 4


def test_a_key_that_is_missing_fails_the_job_and_says_what_to_do(match, endpoint, endpoint_server):
    Endpoint.objects.update(key_variable="LLM_KEY_OF_NOBODY")

    run = run_once()

    assert (run.state, run.attempt) == ("queued", 1)
    assert "LLM_KEY_OF_NOBODY" in run.error
    assert endpoint_server.asked == []
    assert not LLMQuestion.objects.exists()


def test_a_package_that_is_missing_fails_the_job_before_usage_is_reserved(match, endpoint, monkeypatch):
    secrets.seal_key(endpoint, "sk-1", at=timezone.now())
    endpoint.save()
    monkeypatch.setitem(sys.modules, "cryptography.fernet", None)

    run = run_once()

    assert (run.state, run.attempt) == ("queued", 1)
    assert "pip install -r requirements-llm.txt" in run.error
    assert not DailyUsage.objects.exists()


def test_once_the_key_is_there_the_question_is_asked(match, endpoint, endpoint_server, monkeypatch):
    Endpoint.objects.update(key_variable="LLM_KEY_OF_NOBODY")
    run_once()
    monkeypatch.setenv("LLM_KEY_OF_NOBODY", "sk-1")

    run_once()

    assert LLMQuestion.objects.get().state == "answered"
    assert endpoint_server.asked[0]["headers"]["Authorization"] == "Bearer sk-1"


@pytest.mark.parametrize(
    "behaviour",
    [
        answers({"error": {"message": "Wrong key: sk-very-secret"}}, status=401),
        says(None, refusal="Not for sk-very-secret."),
        says(PICK, model="sk-very-secret"),
        says_pick(rationale="As sk-very-secret asked."),
        says("sk-very-secret"),
    ],
    ids=["an error", "a refusal", "a model", "a reason", "prose"],
)
def test_a_key_echoed_by_the_endpoint_is_not_stored(ask, endpoint, monkeypatch, behaviour):
    monkeypatch.setenv("LLM_KEY_SAGE", "sk-very-secret")
    Endpoint.objects.update(key_variable="LLM_KEY_SAGE")

    ask(behaviour)

    kept = [*LLMQuestion.objects.values(), *LLMRequest.objects.values(), *Prediction.objects.values()]
    assert "sk-very-secret" not in str([*kept, *JobRun.objects.values()])
    assert "[key]" in str(kept)


def test_several_matches_are_several_questions(sage, endpoint_server):
    first, second = soon(), soon(home_team=TeamFactory(name="Corley"))
    for run in JobRun.objects.filter(kind=KIND):
        run_once(run)

    assert set(Prediction.objects.values_list("match", flat=True)) == {first.pk, second.pk}


def test_a_forecaster_retires_through_the_service(match, sage):
    retire(sage, retired_at=timezone.now())

    assert not JobRun.objects.filter(kind=KIND, state="queued").exists()
