"""ETags and 304 responses. The cache of whole responses is core/http/page_cache.py."""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import (
    get_conditional_response,
    patch_cache_control,
    patch_vary_headers,
    set_response_etag,
)

from core.http import page_cache

MAX_AGE = 5  # seconds: a cache in between may serve this long without asking


def version_etag(*parts: object) -> str:
    """A weak ETag of what an answer is made of. It must name everything that can change the answer."""
    return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def allow_caching(response: HttpResponse, *, private: bool = False) -> None:
    """Public for MAX_AGE seconds, then ask again with the ETag; we ourselves keep it while it is true.

    `private`: whoever asked has a key, and may see what others may not.
    """
    patch_vary_headers(response, ["Authorization"])
    if private:
        patch_cache_control(response, private=True, max_age=0)
    elif not response.has_header("Cache-Control"):
        patch_cache_control(response, public=True, max_age=MAX_AGE)
        page_cache.allow_page_cache(response)


def conditional(request: HttpRequest, response: Any) -> HttpResponse | None:
    """The 304 in place of the rendered response; its ETag is the one of its version, or of its bytes."""
    if not response.has_header("ETag"):
        set_response_etag(response)
    return get_conditional_response(request, etag=response.get("ETag"), response=response)  # none of nothing
