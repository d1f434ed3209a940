"""Slow clients that send one byte per second: endless headers, bodies and logins."""

import socket
import threading
from contextlib import suppress
from itertools import cycle, islice
from types import TracebackType
from typing import Self

PAUSE = 1.0  # seconds between two bytes
_POST = (
    "Host: 127.0.0.1\r\nCookie: csrftoken=12345678901234567890123456789012\r\n"  # else no view reads the body
    "Content-Length: 100000\r\n"  # takes a day at this speed
)
STARTS = (
    "GET /leaderboard/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    f"POST /admin/login/ HTTP/1.1\r\n{_POST}Content-Type: application/x-www-form-urlencoded\r\n\r\nusername=",
    f"POST /admin/login/ HTTP/1.1\r\n{_POST}Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n",
    f"POST /api/v1/predictions/bulk/ HTTP/1.1\r\n{_POST}Content-Type: application/json\r\n\r\n[",
)


class SlowSockets:
    """Context manager: `count` slow clients of all kinds. They reconnect if the server disconnects."""

    def __init__(self, port: int, count: int) -> None:
        self._port = port
        self._starts = [start.encode() for start in islice(cycle(STARTS), count)]
        self._open: list[socket.socket | None] = [None] * count
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._drip, name="slow sockets")

    def __enter__(self) -> Self:
        self._send_all()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._thread.join()
        for client in filter(None, self._open):
            client.close()

    def _drip(self) -> None:
        while not self._stopped.wait(PAUSE):
            self._send_all()

    def _send_all(self) -> None:
        for number, client in enumerate(self._open):
            self._open[number] = self._send(client, self._starts[number])

    def _send(self, client: socket.socket | None, start: bytes) -> socket.socket | None:
        """Send the next byte, or connect and send the start. Returns None if the server disconnected."""
        try:
            if client is None:
                client = socket.create_connection(("127.0.0.1", self._port), timeout=5)
                client.sendall(start)
                client.setblocking(False)
            else:
                client.send(b"a")
        except OSError:
            with suppress(OSError):
                if client:
                    client.close()
            return None
        return client
