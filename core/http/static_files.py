"""Static files with the hash of their content in their names, served from the apps' folders.

A hashed name never changes its content, so browsers may keep the file for a year. `collectstatic` is not
needed; if STATIC_ROOT is set, whitenoise's own storage makes such names (config/settings.py).
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.storage import FileSystemStorage

HASHED = re.compile(r"^(?P<stem>.+)\.[0-9a-f]{12}(?P<suffix>\.\w+)$")


@cache
def hashed_name(name: str) -> str:
    """Return the name of a static file with the hash of its content, e.g. content/site.0123456789ab.css.

    A name without a suffix is returned unchanged, and so is the name of a file that no app contains. A change
    of the file takes effect after a restart.
    """
    pure = PurePosixPath(name)
    path = AppDirectoriesFinder().find(name) if pure.suffix else None
    if not path:
        return name
    digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]
    return str(pure.with_name(f"{pure.stem}.{digest}{pure.suffix}"))


class HashedStorage(StaticFilesStorage):
    """Storage that returns URLs with hashed names."""

    def url(self, name: str | None) -> str:
        return super().url(hashed_name(name) if name else name)


class HashedFiles(FileSystemStorage):
    """Storage of the apps' static files under their hashed names."""

    def path(self, name: str) -> str:
        return str(finders.find(name))


class HashedFinder(finders.BaseFinder):
    """Finder of static files by their hashed names. A name with the hash of former content is not found."""

    def find(self, path: str, find_all: bool = False) -> Any:
        match = HASHED.match(path)
        name = f"{match['stem']}{match['suffix']}" if match else path
        found = AppDirectoriesFinder().find(name) if match and hashed_name(name) == path else None
        return found if found and not find_all else [found] if found else []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        files = HashedFiles()
        for path, _ in AppDirectoriesFinder().list(list(ignore_patterns or [])):
            if hashed_name(path) != path:
                yield hashed_name(path), files
