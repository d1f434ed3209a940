"""URLs of this site. They never depend on the request, so they may be cached."""

from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse


@lru_cache(maxsize=10_000)
def link(name: str, *args: object) -> str:
    """Return `reverse(name, args=args)`, cached for the life of the process because `reverse` is slow.

    The path is the same for every request, because FORCE_SCRIPT_NAME fixes the prefix that `reverse` adds.
    """
    return reverse(name, args=args)


def absolute(path: str) -> str:
    """Return the URL of a path under SITE_URL."""
    return f"{settings.SITE_URL}{path}"


def under_site_url(url: str) -> str:
    """Return the URL with its scheme and host replaced by those of SITE_URL."""
    return absolute(urlsplit(url)._replace(scheme="", netloc="").geturl())
