"""A timestamp authority on this machine: OpenSSL's `ts`, behind HTTP, well behaved or not."""

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONFIG = """
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[stamping]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = ours
[ours]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


@dataclass
class Authority:
    """Its folder has certificates and keys. `mood`: what becomes of an answer; `status`: what it answers."""

    folder: Path
    url: str = ""
    status: int = 200
    mood: Callable[[bytes], bytes] = lambda answer: answer
    queries: list[bytes] = field(default_factory=list)

    @property
    def roots(self) -> str:
        return str(self.folder / "root.pem")

    def stamp(self, query: bytes) -> bytes:
        """What `openssl ts -reply` makes of a query."""
        (self.folder / "query").write_bytes(query)
        self.openssl(
            "ts -reply -config {0}/conf -queryfile {0}/query -signer {0}/tsa.pem -inkey {0}/tsa.key"
            " -out {0}/reply"
        )
        return (self.folder / "reply").read_bytes()

    def openssl(self, arguments: str) -> None:
        words = [word.format(self.folder) for word in arguments.split()]
        subprocess.run(["openssl", *words], check=True, capture_output=True)


def make(folder: Path) -> Authority:
    """A root certificate, and one for timestamps that it certifies."""
    made = Authority(folder)
    (folder / "conf").write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01")
    new = "req -new -config {0}/conf -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc"
    made.openssl(f"{new} -x509 -extensions root -subj /CN=Root -keyout {{0}}/root.key -out {{0}}/root.pem")
    made.openssl(f"{new} -subj /CN=Stamps -keyout {{0}}/tsa.key -out {{0}}/tsa.csr")
    made.openssl(
        "x509 -req -in {0}/tsa.csr -CA {0}/root.pem -CAkey {0}/root.key -extfile {0}/conf"
        " -extensions stamping -out {0}/tsa.pem"
    )
    return made


@contextmanager
def serving(authority: Authority) -> Iterator[Authority]:
    """Let it answer on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            authority.queries.append(query)
            answer = authority.mood(authority.stamp(query)) if authority.status == 200 else b""
            self.send_response(authority.status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    authority.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()
