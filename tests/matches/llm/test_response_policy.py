"""Classification of replies: a forecast, a repair request, a retry, or a miss."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from matches.llm.chat_client import Reply
from matches.llm.response_policy import RETRY_DELAYS, evaluate_reply, next_request_at, parse_reply
from tests.loopback_llm import MODEL, PICK, completion

NOW = datetime(2026, 8, 15, 13, 30, tzinfo=UTC)
LOCK = NOW + timedelta(minutes=30)
ACCEPTED = frozenset({MODEL, "test-model-1-2026-08-01"})


def reply(text=PICK, **how) -> Reply:
    return Reply(120, body=json.dumps(completion(text, **how)).encode(), status=200)


def follows(said: Reply, made: list[str], *, lock_at: datetime = LOCK):
    return next_request_at(evaluate_reply(said, ACCEPTED), said, made, now=NOW, lock_at=lock_at)


@pytest.mark.parametrize("model", sorted(ACCEPTED))
def test_the_model_and_its_other_names_are_accepted(model):
    assert evaluate_reply(reply(model=model), ACCEPTED).forecast.home_goals == 2


@pytest.mark.parametrize("model", ["test-model-2", "TEST-MODEL-1", "test-model-1-mini", "", None])
def test_an_answer_of_another_model_is_not_parsed(model):
    outcome = evaluate_reply(reply(model=model), ACCEPTED)

    assert (outcome.fault, outcome.forecast) == ("other_model", None)


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (reply(None, refusal="No betting."), "refusal"),
        (reply(PICK, finish_reason="content_filter"), "refusal"),
        (reply("Sorry, I cannot do that."), "invalid"),
        (reply("{", finish_reason="length"), "invalid"),
        (reply(None), "invalid"),
        (Reply(5, body=b"<html>", status=200), "invalid"),
        (Reply(5, body=b"", status=204), "invalid"),
        (Reply(5, fault="timeout"), "timeout"),
        (Reply(5, fault="http_error", status=500), "http_error"),
    ],
)
def test_each_fault_has_its_reason(said, fault):
    assert evaluate_reply(said, ACCEPTED).fault == fault


def test_a_truncated_answer_is_reported_as_truncated():
    assert evaluate_reply(reply('{"home_goals": 2', finish_reason="length"), ACCEPTED).detail.startswith(
        "the answer was cut off"
    )


def test_a_complete_answer_at_the_token_limit_is_accepted():
    assert evaluate_reply(reply(finish_reason="length"), ACCEPTED).forecast is not None


def test_any_text_of_the_accepted_model_is_returned():
    assert parse_reply(reply("prose"), ACCEPTED).completion.text == "prose"


def test_nonsense_is_repaired_once_and_at_once():
    assert follows(reply("nonsense"), ["ask"]) == NOW
    assert follows(reply("nonsense"), ["ask", "repair"]) is None


@pytest.mark.parametrize(
    "passing", [Reply(5, fault="http_error", status=status) for status in (429, 500, 503)]
)
def test_transient_errors_are_retried_twice(passing):
    assert follows(passing, ["ask"]) == NOW + timedelta(seconds=RETRY_DELAYS[0])
    assert follows(passing, ["ask", "again"]) == NOW + timedelta(seconds=RETRY_DELAYS[1])
    assert follows(passing, ["ask", "again", "again"]) is None


def test_an_interrupted_connection_is_retried():
    assert follows(Reply(5, fault="connection"), ["ask"]) == NOW + timedelta(seconds=RETRY_DELAYS[0])


def test_retry_after_sets_the_time_of_the_retry():
    busy = Reply(5, fault="http_error", status=429, retry_after=7.0)

    assert follows(busy, ["ask"]) == NOW + timedelta(seconds=7)


def test_no_request_follows_close_to_the_lock():
    busy = Reply(5, fault="http_error", status=429, retry_after=1795.0)

    assert follows(busy, ["ask"]) is None
    assert follows(reply("nonsense"), ["ask"], lock_at=NOW + timedelta(seconds=9)) is None


@pytest.mark.parametrize(
    "final",
    [
        Reply(5, fault="timeout"),
        Reply(5, fault="too_large"),
        Reply(5, fault="http_error", status=401),
        Reply(5, fault="http_error", status=307),
        reply(None, refusal="No."),
        reply(model="another"),
    ],
)
def test_all_other_faults_are_a_miss_without_a_retry(final):
    assert follows(final, ["ask"]) is None
