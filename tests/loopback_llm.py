"""OpenAI-compatible endpoint on this machine whose behaviour is set by the test."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "test-model-1"
PICK = {
    "home_goals": 2,
    "away_goals": 1,
    "p_home": 0.5,
    "p_draw": 0.3,
    "p_away": 0.2,
    "rationale": "Better form.",
}


class Handler(BaseHTTPRequestHandler):
    """Handler that stores the request and responds with the next behaviour."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.endpoint.note(self.path, dict(self.headers), json.loads(body))
        self.server.endpoint.next_behaviour()(self)

    def send(self, body: bytes, *, status: int = 200, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Do not log to the output of the test."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    endpoint: "LoopbackEndpoint"

    def handle_error(self, *_: object) -> None:
        """Ignore clients that close the connection."""


Behaviour = Callable[[Handler], None]


class LoopbackEndpoint:
    """Endpoint with one behaviour per request; the last one applies to all further requests."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[dict[str, Any]] = []
        self.stopping = threading.Event()
        self._behaviours: list[Behaviour] = [says(PICK)]
        self._lock = threading.Lock()

    def behave(self, *behaviours: Behaviour) -> None:
        self._behaviours = list(behaviours)

    def next_behaviour(self) -> Behaviour:
        with self._lock:
            return self._behaviours.pop(0) if len(self._behaviours) > 1 else self._behaviours[0]

    def note(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> None:
        with self._lock:
            self.asked.append({"path": path, "headers": headers, "body": body})


@contextmanager
def loopback_endpoint() -> Iterator[LoopbackEndpoint]:
    server = Server(("127.0.0.1", 0), Handler)
    server.endpoint = endpoint = LoopbackEndpoint(f"http://127.0.0.1:{server.server_port}/v1")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield endpoint
    finally:
        endpoint.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()


# --- Behaviours -----------------------------------------------------------------------------------


def completion(
    text: Any, *, model: Any = MODEL, finish_reason: str = "stop", **message: Any
) -> dict[str, Any]:
    """Return a valid response; a text given as a dict is sent as JSON."""
    said = text if isinstance(text, str | None | list) else json.dumps(text)
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_760_000_000,
        "model": model,
        "choices": [
            {
                "index": 0,
                "finish_reason": finish_reason,
                "message": {"role": "assistant", "content": said, "refusal": None, **message},
            }
        ],
        "usage": {"prompt_tokens": 900, "completion_tokens": 100, "total_tokens": 1000},
    }


def says(text: Any, **how: Any) -> Behaviour:
    """Return a completion with this text."""
    return lambda handler: handler.send(json.dumps(completion(text, **how)).encode())


def says_pick(**changed: Any) -> Behaviour:
    """Return the default forecast with these members changed."""
    return says({**PICK, **changed})


def answers(body: bytes | dict[str, Any], *, status: int = 200, **headers: str) -> Behaviour:
    """Return these bytes, or this object as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda handler: handler.send(raw, status=status, **headers)


def fails(status: int, **headers: str) -> Behaviour:
    """Return an error in the usual format."""
    return answers({"error": {"message": "sorry", "type": "server_error"}}, status=status, **headers)


def is_silent(handler: Handler) -> None:
    """Send nothing until the server is stopped."""
    handler.server.endpoint.stopping.wait(30)
    handler.close_connection = True


def drips(handler: Handler) -> None:
    """Send single bytes at short intervals."""
    handler.send(b"{", length=100_000)
    while not handler.server.endpoint.stopping.wait(0.1):
        handler.wfile.write(b" ")
        handler.wfile.flush()
    handler.close_connection = True


def hangs_up(handler: Handler) -> None:
    """Close the connection without a response."""
    handler.close_connection = True


def stops_half_way(handler: Handler) -> None:
    """Close the connection in the middle of the response."""
    whole = json.dumps(completion(PICK)).encode()
    handler.send(whole[: len(whole) // 2], length=len(whole))
    handler.close_connection = True


def redirects(to: str) -> Behaviour:
    return answers(b"", status=307, Location=to)
