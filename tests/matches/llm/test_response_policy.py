"""Classification of replies: a forecast, a repair request, a retry, or a miss."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from matches.llm.chat_client import Reply
from matches.llm.response_policy import RETRY_DELAYS, evaluate_reply, next_request, parse_reply
from tests.loopback_llm import MODEL, PICK, completion

NOW = datetime(2026, 8, 15, 13, 30, tzinfo=UTC)
LOCK = NOW + timedelta(minutes=30)
ACCEPTED = frozenset({MODEL, "test-model-1-2026-08-01"})


def reply(text=PICK, **how) -> Reply:
    return Reply(120, body=json.dumps(completion(text, **how)).encode(), status=200)


def follows(said: Reply, made: list[str], *, lock_at: datetime = LOCK):
    return next_request(evaluate_reply(said, ACCEPTED), said, made, now=NOW, lock_at=lock_at)


@pytest.mark.parametrize("model", sorted(ACCEPTED))
def test_the_model_and_its_other_names_are_believed(model):
    assert evaluate_reply(reply(model=model), ACCEPTED).forecast.home_goals == 2


@pytest.mark.parametrize("model", ["test-model-2", "TEST-MODEL-1", "test-model-1-mini", "", None])
def test_a_pick_of_another_model_is_not_even_read(model):
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
def test_each_fault_has_its_name(said, fault):
    assert evaluate_reply(said, ACCEPTED).fault == fault


def test_a_cut_answer_says_that_it_was_cut():
    assert evaluate_reply(reply('{"home_goals": 2', finish_reason="length"), ACCEPTED).detail.startswith(
        "the answer was cut off"
    )


def test_a_whole_answer_at_the_limit_is_whole():
    assert evaluate_reply(reply(finish_reason="length"), ACCEPTED).forecast is not None


def test_what_the_right_model_said_is_heard_whatever_it_is():
    assert parse_reply(reply("prose"), ACCEPTED).completion.text == "prose"


def test_nonsense_is_repaired_once_and_at_once():
    first = follows(reply("nonsense"), ["ask"])

    assert (first.purpose, first.at) == ("repair", NOW)
    assert follows(reply("nonsense"), ["ask", "repair"]) is None


@pytest.mark.parametrize(
    "passing", [Reply(5, fault="http_error", status=status) for status in (429, 500, 503)]
)
def test_errors_that_may_pass_are_tried_again_twice(passing):
    assert follows(passing, ["ask"]).at == NOW + timedelta(seconds=RETRY_DELAYS[0])
    assert follows(passing, ["ask", "again"]).at == NOW + timedelta(seconds=RETRY_DELAYS[1])
    assert follows(passing, ["ask", "again", "again"]) is None


def test_a_connection_that_broke_is_tried_again():
    assert follows(Reply(5, fault="connection"), ["ask"]).purpose == "again"


def test_an_endpoint_may_say_how_long_to_wait():
    busy = Reply(5, fault="http_error", status=429, retry_after=7.0)

    assert follows(busy, ["ask"]).at == NOW + timedelta(seconds=7)


def test_nothing_is_asked_that_the_lock_leaves_no_time_for():
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
def test_the_rest_is_a_miss_at_once(final):
    assert follows(final, ["ask"]) is None
