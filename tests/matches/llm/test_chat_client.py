"""The chat client with endpoints that fail or misbehave."""

import gzip
import threading

import pytest

from matches.llm import chat_client
from matches.llm.chat_client import MAX_BYTES, Reply, Request
from matches.llm.secrets import Secret
from tests.loopback_llm import (
    PICK,
    answers,
    drips,
    fails,
    hangs_up,
    is_silent,
    loopback_endpoint,
    redirects,
    says,
    stops_half_way,
)

KEY = "sk-very-secret"
MESSAGES = [{"role": "user", "content": "Who wins?"}]


@pytest.fixture
def ask(endpoint_server):
    """`ask(behaviour)`: return the reply to one request if the endpoint behaves like this."""

    def one(behaviour, *, key: str | None = KEY, timeout: float = 5, **parameters) -> Reply:
        endpoint_server.behave(behaviour)
        secret = Secret(key) if key else None
        request = Request(endpoint_server.url, secret, "test-model-1", MESSAGES, timeout, parameters)
        return chat_client.send(request)

    yield one
    endpoint_server.stopping.set()  # ends handlers that still send, and the threads that receive from them
    for thread in threading.enumerate():
        if thread.daemon and "_reply_into" in thread.name:
            thread.join(5)


def test_a_response_is_returned_unchanged(ask):
    reply = ask(says(PICK))

    assert (reply.fault, reply.status) == ("", 200)
    assert b'"test-model-1"' in reply.body
    assert 0 <= reply.latency_ms < 5000


def test_the_request_has_the_format_of_the_api(ask, endpoint_server):
    ask(says(PICK), max_tokens=300, temperature=0.2)

    (asked,) = endpoint_server.asked
    assert asked["path"] == "/v1/chat/completions"
    assert asked["body"] == {
        "model": "test-model-1",
        "messages": MESSAGES,
        "max_tokens": 300,
        "temperature": 0.2,
    }
    assert asked["headers"]["Authorization"] == f"Bearer {KEY}"


def test_without_a_key_no_authorization_header_is_sent(ask, endpoint_server):
    ask(says(PICK), key=None)

    assert "Authorization" not in endpoint_server.asked[0]["headers"]


def test_only_expected_headers_are_sent(ask, endpoint_server, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login other password of-another-endpoint")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    ask(says(PICK))

    sent = {name.lower(): value for name, value in endpoint_server.asked[0]["headers"].items()}
    assert sent.keys() <= {
        *("host", "accept", "accept-encoding", "connection", "user-agent"),
        *("content-type", "content-length", "authorization"),
    }
    assert sent["authorization"] == f"Bearer {KEY}"


def test_a_key_that_is_not_ascii_is_sent_as_utf_8(ask, endpoint_server):
    reply = ask(says(PICK), key="sk-schlüssel")

    assert reply.status == 200
    sent = endpoint_server.asked[0]["headers"]["Authorization"].encode("latin-1").decode()
    assert sent == "Bearer sk-schlüssel"


def test_a_key_with_a_line_break_is_a_fault_that_does_not_show_it(ask, endpoint_server):
    reply = ask(says(PICK), key="sk-one\nX-Two: 2")

    assert (reply.fault, reply.detail) == ("connection", "it could not be reached (LocalProtocolError)")
    assert endpoint_server.asked == []


def test_silence_is_a_timeout(ask):
    reply = ask(is_silent, timeout=0.4)

    assert (reply.fault, reply.status) == ("timeout", None)
    assert reply.latency_ms < 3000


def test_a_slow_sender_cannot_exceed_the_timeout(ask):
    reply = ask(drips, timeout=0.4)

    assert reply.fault == "timeout"
    assert reply.latency_ms < 3000


@pytest.mark.parametrize("behaviour", [hangs_up, stops_half_way])
def test_an_interrupted_connection_is_a_transient_fault(ask, behaviour):
    reply = ask(behaviour)

    assert (reply.fault, reply.is_transient) == ("connection", True)


def test_an_unreachable_endpoint_is_a_transient_fault():
    request = Request("http://127.0.0.1:1/v1", Secret(KEY), "test-model-1", MESSAGES, 5)

    reply = chat_client.send(request)

    assert (reply.fault, reply.is_transient) == ("connection", True)


@pytest.mark.parametrize(
    ("status", "may_pass"), [(400, False), (401, False), (404, False), (429, True), (500, True), (529, True)]
)
def test_an_error_has_its_status_and_is_transient_or_not(ask, status, may_pass):
    reply = ask(fails(status))

    assert (reply.fault, reply.status, reply.is_transient) == ("http_error", status, may_pass)
    assert reply.detail == f"HTTP {status}"


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("7", 7.0), ("0.5", 0.5), ("99999999", 3600.0), ("soon", None), ("-1", None), ("nan", None)],
)
def test_retry_after_is_parsed(ask, told, seconds):
    assert ask(fails(429, Retry_After=told)).retry_after == seconds


def test_an_error_is_not_retried_by_the_client(ask, endpoint_server):
    ask(fails(503))

    assert len(endpoint_server.asked) == 1


def test_a_redirect_is_not_followed_and_the_key_stays_here(ask):
    with loopback_endpoint() as elsewhere:
        reply = ask(redirects(f"{elsewhere.url}/chat/completions"))

        assert (reply.fault, reply.status) == ("http_error", 307)
        assert elsewhere.asked == []


@pytest.mark.parametrize("status", [200, 500])
def test_a_response_of_ten_megabytes_is_not_read_completely(ask, status):
    reply = ask(answers(b"x" * 10_000_000, status=status))

    assert reply.fault == "too_large"
    assert f"{MAX_BYTES:,}" in reply.detail
    assert reply.body == b""


def test_a_compressed_response_is_refused(ask):
    bomb = gzip.compress(b"0" * 50_000_000)

    assert ask(answers(bomb, Content_Encoding="gzip")).fault == "too_large"


def test_a_body_that_is_not_text_is_returned_unchanged(ask):
    assert ask(answers(b"\xff\xfe\x00")).body == b"\xff\xfe\x00"


def test_a_secret_is_masked_in_str_and_repr():
    request = Request("http://127.0.0.1:1/v1", Secret(KEY), "test-model-1", MESSAGES, 5)

    assert KEY not in f"{request!r} {request} {Secret(KEY)!r} {Secret(KEY)}"
