"""The web process, a real one started as in the Procfile: slow clients, limits, addresses, stopping."""

import http.client
import socket
import time
from collections.abc import Iterator

import pytest

from core.http.web_worker import MAX_BODY, MAX_HEADERS
from tools.bench.measure.slow import READ_TIMEOUT, SlowSockets, read_all
from tools.bench.web import web, web_process
from tools.processes.interrupts import ToolError

PAGE = "/methodology/"
WORKER = "core.http.web_worker.WebWorker"


@pytest.fixture
def site(transactional_db) -> Iterator[int]:
    with web("config.wsgi", API_READS_PER_MINUTE="0") as port:
        yield port


def say(port: int, *parts: str, pause: float = 0) -> str:
    """Send these bytes over one connection and return everything that comes back until it is closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        for part in parts:
            client.sendall(part.encode())
            time.sleep(pause)
        return received(client)


def received(client: socket.socket) -> str:
    data = b""
    while part := client.recv(65_536):
        data += part
    return data.decode()


def drip(client: socket.socket, *, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        client.sendall(b"G")
        time.sleep(0.2)


def get(port: int, path: str = PAGE, **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={name.replace("__", "-"): text for name, text in headers.items()})
    status = connection.getresponse().status
    connection.close()
    return status


def test_every_reader_gets_a_response_within_ten_seconds_beside_two_hundred_slow_sockets(site):
    with SlowSockets(site, 200):
        took = read_all(site, readers=100, seconds=2)

    assert len(took) >= 100
    assert max(took) < READ_TIMEOUT


def test_more_slow_sockets_than_connections_do_not_keep_readers_out(transactional_db):
    full = {"GUNICORN_CMD_ARGS": "--worker-connections 40", "API_READS_PER_MINUTE": "0"}
    with web("config.wsgi", **full) as port, SlowSockets(port, 200):
        assert max(read_all(port, readers=20, seconds=2)) < READ_TIMEOUT


def test_a_request_that_does_not_arrive_in_time_is_given_up_however_steadily_it_drips(transactional_db):
    hasty = {WORKER: "tests.core.pipeline.hasty_worker.HastyWorker"}
    with (
        web_process(hasty) as (port, _),
        socket.create_connection(("127.0.0.1", port), timeout=20) as client,
        pytest.raises(ConnectionError),
    ):
        drip(client, seconds=15)


def test_head_and_304_leave_a_connection_usable(site):
    connection = http.client.HTTPConnection("127.0.0.1", site, timeout=20)
    for path in (PAGE, "/api/v1/teams/", "/static/content/site.css"):
        connection.request("GET", path)
        whole = connection.getresponse()
        body = whole.read()
        connection.request("HEAD", path)
        head = connection.getresponse()
        assert (head.status, head.read()) == (whole.status, b"")
        assert head.headers["Content-Length"] == str(len(body))
        if etag := whole.headers["ETag"]:
            connection.request("GET", path, headers={"If-None-Match": etag})
            known = connection.getresponse()
            assert (known.status, known.read()) == (304, b"")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400),
        ("Content-Length: 5\r\nContent-Length: 6\r\n", 400),
        ("Content-Length: +5\r\n", 400),
        ("Transfer-Encoding: chunked, identity\r\n", 501),
        ("Transfer-Encoding: x\r\n", 501),
        ("Bad Header: x\r\n", 400),
        (f"Content-Length: {MAX_BODY + 1}\r\n", 413),
    ],
)
def test_a_request_that_servers_could_read_differently_or_that_is_too_long_is_refused(site, head, status):
    hidden = "GET /healthz/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    answer = say(site, f"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n0\r\n\r\n{hidden}")

    assert answer[:13] in (f"HTTP/1.1 {status} ", f"HTTP/1.0 {status} "), answer[:200]
    assert answer.count("HTTP/1.") == 1, "the connection ends with a request that cannot be understood"


def test_headers_have_a_limit(site):
    start = "GET / HTTP/1.1\r\nX-Long: "
    assert say(site, start + "a" * (MAX_HEADERS - len(start))).startswith("HTTP/1.0 431 ")


def test_http_1_0_has_no_chunks(site):
    answer = say(site, "POST /admin/login/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
    assert answer.startswith("HTTP/1.0 400 ")


def test_a_body_in_chunks_arrives_whole(site):
    body = '{"predictions": []}'
    head = "POST /api/v1/predictions/bulk/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    chunks = f"{len(body):x}\r\n{body}\r\n0\r\n\r\n"
    kind = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert say(site, head + kind, chunks, pause=0.3).startswith("HTTP/1.1 401 ")


def test_the_address_of_a_client_is_what_the_last_proxy_wrote(transactional_db, redis_queues):
    limits = {"API_FAILURES_PER_MINUTE": "2", "PROXY_COUNT": "1"}
    with web("config.wsgi", **limits) as port:
        stranger = {"Authorization": "Bearer fw_nothing", "X__Forwarded__For": "198.51.100.1, 192.0.2.7"}
        statuses = [get(port, "/api/v1/teams/", **stranger) for _ in range(3)]
        assert statuses == [401, 401, 429]
        other = stranger | {"X__Forwarded__For": "192.0.2.7, 198.51.100.1", "X_Forwarded_For": "192.0.2.7"}
        assert get(port, "/api/v1/teams/", **other) == 401


def test_without_a_proxy_the_header_does_not_count(transactional_db, redis_queues):
    with web("config.wsgi", API_FAILURES_PER_MINUTE="2") as port:
        strangers = [
            {"Authorization": "Bearer fw_nothing", "X__Forwarded__For": f"192.0.2.{n}"} for n in range(3)
        ]
        assert [get(port, "/api/v1/teams/", **each) for each in strangers] == [401, 401, 429]


def test_a_stop_answers_the_request_that_is_arriving_and_closes_idle_connections(transactional_db):
    with web_process({}) as (port, process):
        idle = socket.create_connection(("127.0.0.1", port), timeout=20)
        with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
            client.sendall(f"GET {PAGE} HTTP/1.1\r\n".encode())
            time.sleep(0.5)
            process.send_stop_signal()
            time.sleep(0.5)
            client.sendall(b"Host: 127.0.0.1\r\n\r\n")
            assert received(client).startswith("HTTP/1.1 200 OK")
        assert idle.recv(1) == b""
        idle.close()
        assert process.process.wait(15) == 0


def test_a_busy_port_is_an_error_that_names_it(transactional_db):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ToolError, match=f"Connection in use.*{port}"), web_process({}, PORT=str(port)):
            pass


def test_the_access_log_has_a_line_for_each_request(transactional_db):
    with web_process({}, GUNICORN_CMD_ARGS="--access-logfile -") as (port, process):
        get(port, f"{PAGE}?utm_source=x", User__Agent="Reader/1")
        process.stop(grace=10)
        line = next(line for line in process.log.read_text().splitlines() if PAGE in line)
    assert "127.0.0.1 - - [" in line
    assert f'"GET {PAGE}?utm_source=x HTTP/1.1" 200 ' in line
    assert '"Reader/1"' in line
