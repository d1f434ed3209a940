"""Client of an external timestamp authority (RFC 3161), which signs the roots of commitments. Optional.

The authority signs its current time and the SHA-256 of a root's 64 hexadecimal digits. Its response is
verified before it is stored: signature, certificate chain up to TSA_ROOTS, nonce and hash. docs/proofs.md
describes how others verify it.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import ModuleType

import httpx
from django.conf import settings

from core.http import outbound

INSTALL = "pip install -r requirements-timestamps.txt"
LARGEST = 64_000  # bytes; a response with certificates has about 6,000
LONGEST = 30  # seconds for the whole request
TIMEOUT = httpx.Timeout(10, connect=5)
CONTENT = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


class Unprepared(RuntimeError):
    """A package or setting is missing on our side. The message states what to do."""


class NoStamp(Exception):
    """The authority returned no valid timestamp. The message states the reason; a retry may succeed."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Verified timestamp: the authority, the time it stated, and its complete response."""

    authority: str
    stated_at: datetime
    answer: bytes


def ask(root: str) -> Stamp:
    """Request and verify a timestamp of this root. Raises NoStamp or Unprepared."""
    package, certificates = _package(), _roots()
    wanted = package.TimestampRequestBuilder().data(root.encode())
    request = wanted.hash_algorithm(package.HashAlgorithm.SHA256).build()
    answer = _send(request.as_bytes())
    verifier = package.VerifierBuilder(nonce=request.nonce, roots=certificates).build()
    try:
        response = package.decode_timestamp_response(answer)
        verifier.verify_message(response, root.encode())
    except package.VerificationError as error:
        raise NoStamp(f"its timestamp does not hold: {error}") from error
    except ValueError as error:
        raise NoStamp(f"its answer is no timestamp: {error}") from error
    return Stamp(settings.TSA_URL, response.tst_info.gen_time, answer)


def fault() -> str:
    """Return an error message if timestamps cannot be requested, else "". Sends no request."""
    try:
        _package(), _roots()
    except Unprepared as missing:
        return str(missing)
    return ""


def _send(query: bytes) -> bytes:
    deadline = time.monotonic() + LONGEST
    try:
        with (
            outbound.client(TIMEOUT, outbound.SignedResponses) as client,
            client.stream("POST", settings.TSA_URL, content=query, headers=CONTENT) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise NoStamp(f"it answers {response.status_code}")
            return _body(response, deadline)
    except httpx.TimeoutException:
        raise NoStamp("it did not answer in time") from None
    except outbound.AddressRefused as refused:
        raise NoStamp(str(refused)) from None
    except httpx.HTTPError as error:
        raise NoStamp(f"it could not be reached ({type(error).__name__})") from None


def _body(response: httpx.Response, deadline: float) -> bytes:
    found = b""
    for part in response.iter_bytes():
        found += part
        if len(found) > LARGEST:
            raise NoStamp(f"its answer has more than {LARGEST} bytes")
        if time.monotonic() > deadline:
            raise NoStamp(f"its answer took more than {LONGEST} s")
    return found


def _package() -> ModuleType:
    try:
        import rfc3161_client
    except ImportError as missing:
        raise Unprepared(f"Timestamps need the package rfc3161-client: {INSTALL}.") from missing
    return rfc3161_client


def _roots() -> list[object]:
    """Load the root certificates that are trusted for the authority. Raises Unprepared."""
    from cryptography.x509 import load_pem_x509_certificates

    path = settings.TSA_ROOTS
    try:
        return list(load_pem_x509_certificates(Path(path).read_bytes()))
    except (OSError, ValueError) as error:
        raise Unprepared(
            f"TSA_ROOTS must name a file with the authority's root certificates (PEM); {path!r}: {error}"
        ) from error
