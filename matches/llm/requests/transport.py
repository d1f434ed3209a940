"""HTTP for the client: no redirects, no more bytes than are wanted, and no header that we did not mean.

It needs the `openai` package's own HTTP library, so it is imported only where that is there.
"""

from collections.abc import Iterator

import httpx2

from core.http.outbound import CheckedAddresses
from matches.llm.secrets import Secret

MOST_BYTES = 1_000_000  # of an answer; a forecast has some hundred
# The package adds others: what it knows of this machine, and whatever OPENAI_* in the environment says, be it
# the key of another endpoint.
SENT = {"host", "accept", "content-type", "content-length", "transfer-encoding", "connection", "user-agent"}


class Oversized(httpx2.RequestError):
    """The answer is larger than anything that we asked for, or packed so that it could be."""


class CheckedTransport(CheckedAddresses, httpx2.HTTPTransport):
    library = httpx2


class BoundedTransport(httpx2.BaseTransport):
    """Requests with our headers alone, and answers up to a limit of bytes."""

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
        """A copy to be sent: the package reads its own headers from the original."""
        headers = {name: value for name, value in request.headers.items() if name.lower() in SENT}
        headers["Accept-Encoding"] = "identity"  # a megabyte must not unfold into a thousand
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
        for chunk in self._stream:  # type: ignore[attr-defined]  # a stream of a synchronous transport
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
