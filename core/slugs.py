"""Slugs of names in any script. All slugs of the project are derived here."""

from anyascii import anyascii
from django.utils.text import slugify

MAX_SLUG = 50  # the length of a SlugField


def slug_of(name: str, *suffixes: str) -> str:
    """Return the slug of a name, e.g. "lodka-laki" for "Łódka Łąki", or "" if the name has no letters.

    Other scripts are transliterated, and dots become dashes: "gpt-5.5" gets the slug "gpt-5-5". The slugs of
    the suffixes are appended. A long name is cut, the suffixes are not.
    """
    ending = "".join(f"-{slug}" for slug in map(_slug, suffixes) if slug)
    stem = _slug(name)[: MAX_SLUG - len(ending)].rstrip("-")
    return f"{stem}{ending}" if stem else ""


def _slug(text: str) -> str:
    return slugify(anyascii(text).replace(".", "-"))
