"""HTTP transport of the client: no redirects, a limit of response size, and only whitelisted headers.

Requires the HTTP library of the `openai` package, so import it only if that package is installed.
"""

from collections.abc import Iterator

import httpx2

from core.http.outbound import CheckedAddresses
from matches.llm.secrets import Secret

MOST_BYTES = 1_000_000  # of a response; a forecast has a few hundred
# The package adds other headers: details of this machine, and values of OPENAI_* variables, which may be the
# key of another endpoint.
SENT = {"host", "accept", "content-type", "content-length", "transfer-encoding", "connection", "user-agent"}


class Oversized(httpx2.RequestError):
    """The response is larger than MOST_BYTES, or compressed, so that its size is unknown."""


class CheckedTransport(CheckedAddresses, httpx2.HTTPTransport):
    library = httpx2


class BoundedTransport(httpx2.BaseTransport):
    """Transport that sends only whitelisted headers and limits the size of responses."""

    def __init__(self, inner: httpx2.BaseTransport, key: Secret | None) -> None:
        self._inner, self._key = inner, key

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        response = self._inner.handle_request(self._plain(request))
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            response.close()
            raise Oversized("The answer is packed, though we asked for a plain one.", request=request)
        response.stream = _Bounded(response.stream, request)
        return response

    def _plain(self, request: httpx2.Request) -> httpx2.Request:
        """Return a copy with only our headers; the package still reads its own from the original."""
        headers = {name: value for name, value in request.headers.items() if name.lower() in SENT}
        headers["Accept-Encoding"] = "identity"  # prevents decompression bombs
        if self._key:
            headers["Authorization"] = f"Bearer {self._key.reveal()}"
        return httpx2.Request(
            request.method, request.url, headers=headers, stream=request.stream, extensions=request.extensions
        )

    def close(self) -> None:
        self._inner.close()


class _Bounded(httpx2.SyncByteStream):
    def __init__(self, stream: object, request: httpx2.Request) -> None:
        self._stream, self._request = stream, request

    def __iter__(self) -> Iterator[bytes]:
        seen = 0
        for chunk in self._stream:  # type: ignore[attr-defined]  # synchronous streams are iterable
            seen += len(chunk)
            if seen > MOST_BYTES:
                raise Oversized(f"The answer has more than {MOST_BYTES:,} bytes.", request=self._request)
            yield chunk

    def close(self) -> None:
        self._stream.close()  # type: ignore[attr-defined]


def http_client(key: Secret | None, timeout: float) -> httpx2.Client:
    """Return a client that follows no redirects and reads no proxy from the environment."""
    transport = BoundedTransport(CheckedTransport(), key)
    return httpx2.Client(transport=transport, follow_redirects=False, timeout=timeout, trust_env=False)
