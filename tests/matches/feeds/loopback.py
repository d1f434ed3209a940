"""A server on this machine that speaks the protocols of the four feeds, well or badly as it is told."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.matches.feeds.providers import documents
from tests.matches.feeds.providers.documents import Told

TOKENS = {"football-data": "fd-token-4711", "api-football": "af-token-4712"}
CODES = {
    "football-data": "PL/2025",
    "api-football": "39/2025",
    "openligadb": "bl1/2025",
    "openfootball": "football.json/master/2025-26/en.1",
}
PREFIXES = {"football-data": "/fd", "api-football": "/af", "openligadb": "/ol", "openfootball": "/of"}


@dataclass(frozen=True, kw_only=True)
class Mood:
    """How the next request is answered instead of well."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    length: int | None = None  # that it promises; more than there is: cut off
    drip: float = 0  # seconds between two bytes, without end
    hang: float = 0  # seconds before it says anything


@dataclass
class Asked:
    """A request as it arrived."""

    feed: str
    path: str
    headers: dict[str, str]


class Loopback:
    """What each feed knows of the world, who asked, and in what mood they were answered."""

    def __init__(self) -> None:
        self.matches: dict[str, list[Told]] = {name: [] for name in PREFIXES}
        self.documents: dict[str, Any] = {}  # instead of what follows from `matches`
        self.moods: list[Mood] = []
        self.asked: list[Asked] = []
        self.lock = threading.Lock()
        self.port = 0

    def knows(self, *matches: Told, feeds: tuple[str, ...] = tuple(PREFIXES)) -> None:
        """Let these feeds list exactly these matches."""
        for name in feeds:
            self.matches[name] = list(matches)

    def urls(self) -> dict[str, str]:
        return {name: f"http://127.0.0.1:{self.port}{prefix}" for name, prefix in PREFIXES.items()}

    def answer(self, feed: str) -> Any:
        builders: dict[str, Callable[[list[Told]], Any]] = {
            "football-data": documents.football_data,
            "api-football": documents.api_football,
            "openligadb": documents.openligadb,
            "openfootball": documents.openfootball,
        }
        return self.documents.get(feed) or builders[feed](self.matches[feed])

    def times(self, feed: str) -> int:
        return sum(asked.feed == feed for asked in self.asked)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    world: Loopback

    def do_GET(self) -> None:
        feed = next(name for name, prefix in PREFIXES.items() if self.path.startswith(f"{prefix}/"))
        with self.world.lock:
            self.world.asked.append(Asked(feed, self.path, dict(self.headers)))
            mood = self.world.moods.pop(0) if self.world.moods else Mood()
        time.sleep(mood.hang)
        if mood.drip:
            self._drip(mood.drip)
        elif mood != Mood(hang=mood.hang):
            self._send(mood.status, mood.headers, mood.body or b"", mood.length)
        else:
            getattr(self, f"_{feed.replace('-', '_')}")()

    def _football_data(self) -> None:
        if self.headers.get("X-Auth-Token") != TOKENS["football-data"]:
            self._json(400, {"message": "Your API token is invalid.", "errorCode": 400})
        elif self.path != "/fd/competitions/PL/matches?season=2025":
            self._json(404, {"message": "The resource you are looking for does not exist.", "errorCode": 404})
        else:
            self._json(200, self.world.answer("football-data"), {"X-Requests-Available-Minute": "9"})

    def _api_football(self) -> None:
        wanted = parse_qs(urlsplit(self.path).query)
        if self.headers.get("x-apisports-key") != TOKENS["api-football"]:
            self._json(200, documents.api_football([], errors={"token": "Error/Missing application key."}))
        elif wanted != {"league": ["39"], "season": ["2025"]}:
            self._json(200, documents.api_football([], errors={"league": "The League field is unknown."}))
        else:
            self._json(200, self.world.answer("api-football"), {"x-ratelimit-requests-remaining": "99"})

    def _openligadb(self) -> None:
        known = self.path == "/ol/getmatchdata/bl1/2025"
        self._json(200, self.world.answer("openligadb") if known else [])

    def _openfootball(self) -> None:
        if self.path == f"/of/{CODES['openfootball']}.json":
            self._json(200, self.world.answer("openfootball"), {"Last-Modified": formatdate(1, usegmt=True)})
        else:
            self._send(404, {}, b"404: Not Found")

    def _json(self, status: int, document: Any, headers: dict[str, str] | None = None) -> None:
        body = json.dumps(document, ensure_ascii=False).encode()
        mark = f'W/"{sha256(body).hexdigest()[:16]}"'
        if status == 200 and self.headers.get("If-None-Match") == mark:
            self._send(304, {"ETag": mark}, b"")
        else:
            self._send(status, {"Content-Type": "application/json", "ETag": mark, **(headers or {})}, body)

    def _send(self, status: int, headers: dict[str, str], body: bytes, length: int | None = None) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def _drip(self, pause: float) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"[")
                self.wfile.flush()
                time.sleep(pause)
        except OSError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Silence: tests look at `asked`."""


@contextmanager
def loopback() -> Iterator[Loopback]:
    """Start the server on a free port; stop it in the end."""
    world = Loopback()
    handler = type("Handler", (_Handler,), {"world": world})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        world.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield world
        finally:
            server.shutdown()
            thread.join()
