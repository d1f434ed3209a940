"""Compression of responses with gzip.

A response is compressed only if it contains no secret. Otherwise an attacker who can add text to a page could
guess a secret on the same page from the compressed length (BREACH). Pages with a CSRF token and pages of a
session vary with Cookie, so they are never compressed; neither are private responses, e.g. to requests with
an API key.
"""

import gzip
import re
from collections.abc import Callable, Iterable
from typing import cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_sequence

TYPES = re.compile(r"text/|application/(?:.+[+.])?(?:json|xml|javascript|yaml|openapi)\b|image/svg\+xml")
PRIVATE = re.compile(r"\b(?:private|no-store)\b")
MIN_SIZE = 500  # bytes; smaller bodies fit into one packet anyway
LEVEL = 6
# A coding of Accept-Encoding with its weight, e.g. "gzip;q=0.5"; without a weight it counts as 1.
CODING = re.compile(r"\s*(?P<name>[\w*-]+)\s*(?:;\s*q\s*=\s*(?P<weight>[01](?:\.\d{0,3})?)\s*)?$")


def accepts_gzip(request: HttpRequest) -> bool:
    """Return True if the Accept-Encoding header allows gzip and does not prefer the uncompressed form."""
    weights: dict[str, float] = {}
    for item in request.META.get("HTTP_ACCEPT_ENCODING", "").lower().split(","):
        if coding := CODING.match(item):
            weights[coding["name"]] = float(coding["weight"] or 1)
    weight = weights.get("gzip", weights.get("*", 0))
    return weight > 0 and weight >= weights.get("identity", 0)


def compression_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: compress responses that contain no secret, if the client accepts gzip."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not _may_be_compressed(request, response):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        if response.status_code == 200 and accepts_gzip(request):
            _compress(response)
        return response

    return middleware


def _may_be_compressed(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Return True for text responses to GET and HEAD without a secret, and for such responses with 304."""
    if request.method not in ("GET", "HEAD") or response.has_header("Content-Encoding"):
        return False
    if response.cookies or "cookie" in response.get("Vary", "").lower():
        return False
    if PRIVATE.search(response.get("Cache-Control", "")) or response.status_code not in (200, 304):
        return False
    return response.status_code == 304 or bool(TYPES.match(response.get("Content-Type", "")))


def _compress(response: HttpResponseBase) -> None:
    """Replace the body by its compressed form. The ETag becomes weak, because the bytes are different."""
    if isinstance(response, StreamingHttpResponse):
        chunks = cast("Iterable[bytes]", response.streaming_content)  # asynchronous only under ASGI
        response.streaming_content = compress_sequence(chunks)
        del response.headers["Content-Length"]
    elif isinstance(response, HttpResponse) and len(response.content) >= MIN_SIZE:
        response.content = gzip.compress(response.content, LEVEL, mtime=0)
        response.headers["Content-Length"] = str(len(response.content))
    else:
        return
    response.headers["Content-Encoding"] = "gzip"
    etag = response.get("ETag", "")
    if etag.startswith('"'):
        response.headers["ETag"] = f"W/{etag}"
