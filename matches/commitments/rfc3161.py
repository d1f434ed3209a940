"""Client of an external timestamp authority (RFC 3161), which signs the roots of commitments. Optional.

The authority signs its current time and the SHA-256 of a root's 64 hexadecimal digits. Its response is
verified before it is stored: signature, certificate chain up to TSA_ROOTS, nonce and hash. docs/proofs.md
describes how others verify it.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import ModuleType

import httpx
from django.conf import settings

from core.http import outbound

INSTALL = "pip install -r requirements-timestamps.txt"
MAX_BYTES = 64_000  # bytes; a response with certificates has about 6,000
MAX_SECONDS = 30  # seconds for the whole request
TIMEOUT = httpx.Timeout(10, connect=5)
HEADERS = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


class TimestampsNotConfigured(RuntimeError):
    """A required package or setting is missing. The message states what to do."""


class TimestampFailed(Exception):
    """The authority returned no valid timestamp. The message states the reason; a retry may succeed."""


@dataclass(frozen=True, slots=True)
class VerifiedTimestamp:
    """Verified timestamp: the authority, the time it stated, and its complete response."""

    authority: str
    stated_at: datetime
    answer: bytes


def request_timestamp(root: str) -> VerifiedTimestamp:
    """Request and verify a timestamp of this root. Raises TimestampFailed or TimestampsNotConfigured."""
    package, certificates = _package(), _roots()
    builder = package.TimestampRequestBuilder().data(root.encode())
    request = builder.hash_algorithm(package.HashAlgorithm.SHA256).build()
    answer = _send(request.as_bytes())
    verifier = package.VerifierBuilder(nonce=request.nonce, roots=certificates).build()
    try:
        response = package.decode_timestamp_response(answer)
        verifier.verify_message(response, root.encode())
    except package.VerificationError as error:
        raise TimestampFailed(f"the timestamp is not valid: {error}") from error
    except ValueError as error:
        raise TimestampFailed(f"the response is not a timestamp: {error}") from error
    return VerifiedTimestamp(settings.TSA_URL, response.tst_info.gen_time, answer)


def configuration_error() -> str:
    """Return an error message if timestamps cannot be requested, else "". Sends no request."""
    try:
        _package(), _roots()
    except TimestampsNotConfigured as missing:
        return str(missing)
    return ""


def _send(query: bytes) -> bytes:
    try:
        response, body = outbound.fetch(
            "POST",
            settings.TSA_URL,
            content=query,
            headers=HEADERS,
            timeout=TIMEOUT,
            max_bytes=MAX_BYTES,
            max_seconds=MAX_SECONDS,
            transport=outbound.SignedResponses,
        )
    except outbound.RequestFailed as failed:
        raise TimestampFailed(str(failed)) from None
    if response.status_code != httpx.codes.OK:
        raise TimestampFailed(f"the response has status {response.status_code}")
    return body


def _package() -> ModuleType:
    try:
        import rfc3161_client
    except ImportError as missing:
        raise TimestampsNotConfigured(f"Timestamps need the package rfc3161-client: {INSTALL}.") from missing
    return rfc3161_client


def _roots() -> list[object]:
    """Load the root certificates that are trusted for the authority. Raises TimestampsNotConfigured."""
    from cryptography.x509 import load_pem_x509_certificates

    path = settings.TSA_ROOTS
    try:
        return list(load_pem_x509_certificates(Path(path).read_bytes()))
    except (OSError, ValueError) as error:
        raise TimestampsNotConfigured(
            f"TSA_ROOTS must name a file with the authority's root certificates (PEM); {path!r}: {error}"
        ) from error
