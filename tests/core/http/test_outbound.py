"""Requests to other people's services: where a name leads is checked when they are sent.

DNS is played by the tests: `dns` replaces what the operating system answers. All servers are on loopback.
"""

import ast
import ipaddress
import socket
import ssl
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.http import outbound
from core.http.outbound import AddressRefused
from matches.commitments import rfc3161
from matches.commitments.rfc3161 import TimestampFailed
from matches.feeds.polling.feed_client import FeedQuery, NoAnswer, get
from matches.llm import chat_client
from matches.llm.chat_client import Request
from matches.llm.secrets import Secret
from tests.loopback_llm import PICK, loopback_endpoint, says
from tools.servers.paths import CHECKOUT

ROOT = CHECKOUT
TIMEOUT = httpx.Timeout(5)
KEY = "sk-very-secret"
ASK = [{"role": "user", "content": "Who wins?"}]


class Dns:
    """Answers by name; with several answers, each look-up gets the next one."""

    def __init__(self) -> None:
        self.answers: dict[str, list[list[str]]] = {}
        self.looked_up: list[str] = []
        self._real = socket.getaddrinfo

    def knows(self, name: str, *answers: list[str]) -> None:
        self.answers[name] = list(answers)

    def __call__(self, host, port, *more, **how):
        try:
            ipaddress.ip_address(host)
        except ValueError:
            pass
        else:
            return self._real(host, port, *more, **how)
        self.looked_up.append(host)
        if host not in self.answers:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        answers = self.answers[host]
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]


@pytest.fixture
def dns(monkeypatch) -> Dns:
    fake = Dns()
    monkeypatch.setattr(socket, "getaddrinfo", fake)
    return fake


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.headers["Host"])
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, *_: object) -> None:
        """The test's output is not the place."""


def serve(certificate: Path | None = None) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.names = [], []
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        context.sni_callback = lambda _socket, name, _context: server.names.append(name)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server


@pytest.fixture
def server():
    with serve() as running:
        yield running
        running.shutdown()


def certificate_for(name: str, folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / f"{name}.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def tls_server(tmp_path, monkeypatch):
    """A server with a certificate for feed.example, which this machine trusts."""
    file = certificate_for("feed.example", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with serve(file) as running:
        yield running
        running.shutdown()


def fetch(url: str) -> httpx.Response:
    with outbound.client(TIMEOUT) as client:
        return client.get(url)


def test_a_request_goes_to_the_checked_address_and_keeps_its_name(dns, server):
    dns.knows("feed.internal", ["127.0.0.1"])
    port = server.server_port

    assert fetch(f"http://feed.internal:{port}/").status_code == 200
    assert server.asked == [f"feed.internal:{port}"]


def test_a_name_that_changes_its_address_meanwhile_is_looked_up_once(dns, server):
    """DNS rebinding, both ways: the address that was checked is the one that is connected to."""
    dns.knows("good.internal", ["127.0.0.1"], ["169.254.169.254"])
    dns.knows("evil.internal", ["93.184.215.14"], ["127.0.0.1"])

    assert fetch(f"http://good.internal:{server.server_port}/").status_code == 200
    with pytest.raises(AddressRefused, match=r"evil\.internal resolves to 93\.184\.215\.14"):
        fetch(f"http://evil.internal:{server.server_port}/")

    assert dns.looked_up == ["good.internal", "evil.internal"]
    assert len(server.asked) == 1


REFUSED = [
    *("169.254.169.254", "169.254.170.2", "fe80::1", "fe80::1%2", "fd00:ec2::254", "100.100.100.200"),
    *(
        "0.0.0.0",
        "0.0.0.1",
        "::",
        "224.0.0.251",
        "255.255.255.255",
        "240.0.0.1",
        "ff02::1",
        "::ffff:169.254.169.254",
    ),
    *("2002:a9fe:a9fe::1", "64:ff9b::169.254.169.254", "64:ff9b:1::1", "::ffff:0.0.0.0", "::1%1", "::7f00:1"),
    *("192.0.2.1", "198.18.0.1", "2001:db8::1", "fec0::1", "2001::1", "168.63.129.16"),
]


@pytest.mark.parametrize("address", REFUSED)
@pytest.mark.parametrize("transport", [outbound.Transport, outbound.SignedResponses])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_some_addresses_are_never_connected_to(dns, scheme, transport, address):
    dns.knows("api.internal", ["127.0.0.1", address])  # one bad answer of several is enough

    with (
        outbound.client(TIMEOUT, transport) as client,
        pytest.raises(AddressRefused, match="link-local, metadata or reserved"),
    ):
        client.get(f"{scheme}://api.internal:1/")


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "100.64.0.1",
        "2001:4860:4860::8888",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "2002:808:808::1",
    ],
)
def test_without_tls_every_address_of_the_name_must_be_private(dns, address):
    dns.knows("ollama", ["127.0.0.1", address])

    with pytest.raises(AddressRefused, match=f"{address}, and the URL must begin with https"):
        fetch("http://ollama:1/")


@pytest.mark.parametrize(
    "host", ["134744072", "0x7f000001", "127.1", "[::ffff:127.0.0.1]", "metadata.google.internal"]
)
def test_hosts_that_forms_refuse_are_not_connected_to_either(dns, host):
    """A URL can reach a request without a form, by SQL for example."""
    with pytest.raises(AddressRefused, match="no request was sent: the host"):
        fetch(f"http://{host}:1/")
    assert dns.looked_up == []


def test_the_next_address_is_tried_if_one_cannot_be_connected_to(dns, server):
    dns.knows("feed.internal", ["127.0.0.7", "127.0.0.1"])

    assert fetch(f"http://feed.internal:{server.server_port}/").status_code == 200


def test_tls_verifies_the_name_and_not_the_address(dns, tls_server):
    dns.knows("feed.example", ["127.0.0.1"])
    dns.knows("other.example", ["127.0.0.1"])

    assert fetch(f"https://feed.example:{tls_server.server_port}/").status_code == 200
    assert tls_server.names == ["feed.example"]
    with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
        fetch(f"https://other.example:{tls_server.server_port}/")
    with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
        fetch(f"https://127.0.0.1:{tls_server.server_port}/")


def test_proxies_of_the_environment_are_ignored(dns, server, monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    dns.knows("feed.internal", ["127.0.0.1"])

    assert fetch(f"http://feed.internal:{server.server_port}/").status_code == 200
    with loopback_endpoint() as endpoint:
        reply = chat_client.send(Request(endpoint.url, None, "test-model-1", ASK, 5))
        assert reply.status == 200


# --- The three that send requests -----------------------------------------------------------------------


def test_a_key_is_not_sent_to_an_address_that_is_refused(dns):
    with loopback_endpoint() as endpoint:
        endpoint.behave(says(PICK))
        port = urlsplit(endpoint.url).port
        dns.knows("ollama", ["127.0.0.1"])
        dns.knows("evil", ["8.8.8.8"], ["127.0.0.1"])

        good, evil = (
            chat_client.send(Request(f"http://{name}:{port}/v1", Secret(KEY), "test-model-1", ASK, 5))
            for name in ("ollama", "evil")
        )

        assert (good.status, good.fault) == (200, "")
        assert (evil.status, evil.fault) == (None, "connection")
        assert evil.detail.startswith("no request was sent: evil resolves to 8.8.8.8")
        (asked,) = endpoint.asked
        assert asked["headers"]["Host"] == f"ollama:{port}"


def test_a_feed_whose_name_leads_to_a_metadata_service_is_not_asked(dns):
    dns.knows("feed.example", ["169.254.169.254"])

    with pytest.raises(NoAnswer, match=r"feed\.example resolves to 169\.254\.169\.254") as refusal:
        get(FeedQuery(url="https://feed.example/v4/matches"))
    assert refusal.value.outcome == "address refused"


def test_a_name_that_does_not_resolve_is_an_error_that_may_pass(dns):
    reply = chat_client.send(Request("https://gone.example/v1", Secret(KEY), "test-model-1", ASK, 5))

    assert (reply.fault, reply.is_transient) == ("connection", True)
    with pytest.raises(NoAnswer, match="could not be reached"):
        get(FeedQuery(url="https://gone.example/v4"))


def test_a_timestamp_authority_may_be_public_without_tls_but_not_link_local(dns, settings, tmp_path):
    settings.TSA_URL = "http://tsa.example:1/"
    settings.TSA_ROOTS = str(certificate_for("tsa.example", tmp_path))
    dns.knows("tsa.example", ["169.254.169.254"])

    with pytest.raises(TimestampFailed, match="link-local"):
        rfc3161.request_timestamp("0" * 64)
    assert outbound.SignedResponses.plain_to_anyone


def test_no_other_module_opens_connections_of_its_own():
    """All others use core.http.outbound. The demo and bench send requests to themselves, on loopback."""
    openers = {
        "Client",
        "AsyncClient",
        "HTTPTransport",
        "urlopen",
        "create_connection",
        "HTTPConnection",
        "HTTPSConnection",
    }
    allowed = {"core/http/outbound.py", "tools/demo", "tools/bench"}
    found = set()
    for package in ("config", "matches", "scoring", "stats", "content"):
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr in openers
                ):
                    found.add(file.relative_to(ROOT).as_posix())

    assert not [each for each in found if not each.startswith(tuple(allowed))]
