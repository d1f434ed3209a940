"""Gunicorn worker that gives a request to a thread only when it has arrived completely.

Gunicorn supervises the processes; inside each of them waitress reads requests and writes responses, for all
connections at once. So a slow client occupies a socket and a buffer, never a thread (docs/adr/0024).
"""

import logging
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ThreadedTaskDispatcher, WSGITask

MAX_HEADERS = 32 * 1024  # bytes
MAX_BODY = 3 * 1024 * 1024  # bytes; above Django's own limit, so that its error messages are seen
BODY_IN_MEMORY = 64 * 1024  # bytes; the rest of a larger body waits in a temporary file
IDLE_TIMEOUT = 60  # seconds between two requests of a connection
OTHER_FILES = 100  # files and sockets other than client connections
SPARE = 16  # connections closed at a time when the limit is reached
STOP_LINGER = 2.0  # seconds that a stopping worker waits for incomplete requests
TICK = 1.0  # seconds between heartbeats for gunicorn, if nothing else happens


class Parser(HTTPRequestParser):
    """HTTP parser that also refuses ambiguous requests (request smuggling)."""

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            raise ParsingError("Content-Length and Transfer-Encoding exclude each other")
        if "TRANSFER_ENCODING" in self.headers:  # waitress removes it, except for HTTP/1.0
            raise ParsingError("Transfer-Encoding requires HTTP/1.1")


class Task(WSGITask):
    """One request. Sends no body in response to HEAD, and writes a line to gunicorn's access log."""

    @property
    def is_head(self) -> bool:
        return bool(self.request.command.upper() == "HEAD")

    def service(self) -> None:
        super().service()
        self.channel.server.log_access(self)

    def write(self, data: bytes) -> None:
        super().write(b"" if self.is_head else data)

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        if self.is_head:
            environ.pop("wsgi.file_wrapper", None)  # a file wrapper would bypass `write`
        return environ


class Channel(HTTPChannel):
    """One connection.

    `waiting_since` is the time at which the newest request began to arrive or, before the first request, the
    time at which the connection was opened.
    """

    task_class = Task
    parser_class = Parser

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting_since = self.creation_time

    def received(self, data: bytes) -> bool:
        if self.request is None:
            self.waiting_since = time.time()
        return bool(super().received(data))

    def is_busy(self) -> bool:
        """Return True while a request is processed or a response is sent."""
        return bool(self.requests or self.total_outbufs_len)


class WebWorker(Worker):
    """Gunicorn worker: the main thread does all network I/O, the views run in other threads (`--threads`)."""

    request_timeout = 60.0  # seconds for a whole request to arrive

    def run(self) -> None:
        # At its default level, waitress logs a line for each request that has to wait for a thread.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._limit_connections()
        self._open_servers()
        while self.alive and self.ppid == os.getppid():
            self._run_once()
        self._finish()

    def _limit_connections(self) -> None:
        """Raise the limit of open files if needed, and set the limit of connections accordingly.

        A connection uses a socket; a large body also uses a file.
        """
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        soft, hard = (sys.maxsize if each == resource.RLIM_INFINITY else each for each in limits)
        wanted = 2 * self.cfg.worker_connections + OTHER_FILES
        if soft < wanted <= hard:
            with suppress(OSError, ValueError):  # a sandbox may forbid it
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, limits[1]))
                soft = wanted
        self.limit = min(self.cfg.worker_connections, (soft - OTHER_FILES) // 2)

    def _open_servers(self) -> None:
        self.map: dict[int, Any] = {}
        self.dispatcher = ThreadedTaskDispatcher()
        self.dispatcher.set_thread_count(self.cfg.threads)
        create_server(
            self.wsgi,
            map=self.map,
            _dispatcher=self.dispatcher,
            sockets=[each.sock for each in self.sockets],
            threads=self.cfg.threads,
            backlog=self.cfg.backlog,
            connection_limit=2 * self.cfg.worker_connections,  # never reached: see _make_room
            max_request_header_size=MAX_HEADERS,
            max_request_body_size=MAX_BODY,
            inbuf_overflow=BODY_IN_MEMORY,
            channel_timeout=IDLE_TIMEOUT,
            clear_untrusted_proxy_headers=False,  # core/accounts/client_ip.py decides which of them are used
            log_socket_errors=False,  # clients disconnect all the time
            ident="",
        )
        for server in self._servers():
            server.channel_class = Channel
            server.log_access = self._log_access

    def _run_once(self) -> None:
        """Run one iteration of the event loop, then close connections that are slow or exceed the limit."""
        self.notify()
        wasyncore.loop(timeout=TICK, use_poll=True, map=self.map, count=1)
        self._close_late()
        self._make_room()

    def _servers(self) -> list[BaseWSGIServer]:
        return [each for each in self.map.values() if isinstance(each, BaseWSGIServer)]

    def _waiting(self) -> Iterator[Channel]:
        """Return the connections whose next request is not complete."""
        return (each for each in self.map.values() if isinstance(each, Channel) and not each.is_busy())

    def _close_late(self) -> None:
        """Close connections whose request takes longer than the time limit to arrive completely."""
        now = time.time()
        for channel in self._waiting():
            if channel.request is not None and now - channel.waiting_since > self.request_timeout:
                channel.will_close = True

    def _make_room(self) -> None:
        """If the limit of connections is reached, close those that have waited longest for a request."""
        if len(self.map) < self.limit:
            return
        longest = sorted(self._waiting(), key=lambda channel: channel.waiting_since)
        for channel in longest[:SPARE]:
            channel.handle_close()

    def _finish(self) -> None:
        """Stop accepting connections; answer requests that have arrived or arrive within STOP_LINGER."""
        for server in self._servers():
            server.accepting = False
        now = time.time()
        deadline, linger = now + self.cfg.graceful_timeout, now + STOP_LINGER
        while time.time() < deadline:
            for channel in list(self._waiting()):
                if channel.request is None or time.time() > linger:
                    channel.handle_close()
            if not any(isinstance(each, Channel) for each in self.map.values()):
                break
            self.notify()
            wasyncore.loop(timeout=0.1, use_poll=True, map=self.map, count=1)
        self.dispatcher.shutdown(timeout=max(0.0, deadline - time.time()))

    def _log_access(self, task: Task) -> None:
        """Write a line to gunicorn's access log, if one is configured (`--access-logfile`)."""
        environ = task.get_environment() | {"RAW_URI": task.request.request_uri}
        response = SimpleNamespace(
            status=task.status, sent=task.content_bytes_written, headers=task.response_headers
        )
        request = SimpleNamespace(headers=list(task.request.headers.items()))
        took = timedelta(seconds=time.time() - task.start_time)
        self.log.access(response, request, environ, took)
