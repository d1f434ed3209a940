"""Addresses of our own pages."""

from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=10_000)
def link(name: str, *args: object) -> str:
    """As `reverse` has it, which takes longer than a row of a table; the same while the process lives."""
    return reverse(name, args=args)
