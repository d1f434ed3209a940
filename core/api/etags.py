"""ETags and 304 responses. The cache of whole responses is core/http/page_cache.py."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import (
    get_conditional_response,
    patch_cache_control,
    patch_vary_headers,
    set_response_etag,
)

from core.http import page_cache


def version_etag(*parts: object) -> str:
    """Return a weak ETag. `parts` must contain everything that can change the response."""
    return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def allow_caching(response: HttpResponse, *, private: bool = False) -> None:
    """Let caches store the response.

    A public response may be stored by all caches, including the page cache, for page_cache.MAX_AGE seconds.
    If the response already has a Cache-Control header, this header is kept and the page cache does not store
    the response.

    With `private`, only the client may store the response, and must revalidate it before each use. Set
    `private` if the client has an API key and the response may contain data that others must not see.
    """
    patch_vary_headers(response, ["Authorization"])
    if private:
        patch_cache_control(response, private=True, max_age=0)
    elif not response.has_header("Cache-Control"):
        patch_cache_control(response, public=True, max_age=page_cache.MAX_AGE)
        page_cache.allow_page_cache(response)


def conditional(request: HttpRequest, response: Any) -> HttpResponse | None:
    """Return 304 if the client already has the response, 412 if a precondition fails, else the response.

    If the response has no ETag, one is computed from its body.
    """
    if not response.has_header("ETag"):
        set_response_etag(response)
    return get_conditional_response(request, etag=response.get("ETag"), response=response)


FOLDERS = ("config", "core", "matches", "scoring", "stats", "content", "ops", "templates")
SUFFIXES = (".py", ".sql", ".html")
DEPENDENCIES = ("requirements.txt",)


@cache
def release_fingerprint() -> str:
    """Return the fingerprint of the project's source code, which is equal in all processes of a release.

    The web server computes it at startup (config/wsgi.py).
    """
    return fingerprint(settings.BASE_DIR)


def fingerprint(root: Path) -> str:
    """Return a hash of all sources below `root`: their paths and bytes, in a fixed order."""
    sources = (path for folder in FOLDERS for path in (root / folder).rglob("*") if path.suffix in SUFFIXES)
    digest = hashlib.sha256()
    for path in sorted([*sources, *(root / name for name in DEPENDENCIES)]):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(content)} ".encode() + content)
    return digest.hexdigest()[:16]
