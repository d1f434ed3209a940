"""Fingerprint of the code that makes responses, used in ETags: equal in all processes of a release."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings

FOLDERS = ("config", "core", "matches", "scoring", "stats", "content", "ops", "templates")
SUFFIXES = (".py", ".sql", ".html")
DEPENDENCIES = ("requirements.txt",)


@cache
def current() -> str:
    """Return the fingerprint of this release. The web server computes it at startup (config/wsgi.py)."""
    return fingerprint(settings.BASE_DIR)


def fingerprint(root: Path) -> str:
    """Return a hash of all sources below `root`: their paths and bytes, in a fixed order."""
    sources = (path for folder in FOLDERS for path in (root / folder).rglob("*") if path.suffix in SUFFIXES)
    digest = hashlib.sha256()
    for path in sorted([*sources, *(root / name for name in DEPENDENCIES)]):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(content)} ".encode() + content)
    return digest.hexdigest()[:16]
