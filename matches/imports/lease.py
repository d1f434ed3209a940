"""Leases of running imports. Roundups of older matches wait until no import holds one (docs/pipeline.md).

An import renews its lease after each chunk and deletes it at its end. If its process is killed or frozen, the
lease expires after LEASE.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.db.models import QuerySet
from django.utils import timezone

from core.pipeline.models import Heartbeat

LEASE = timedelta(seconds=60)
_NAME = "import "


@contextmanager
def held() -> Iterator[Callable[[], None]]:
    """Hold a lease during an import. Yields the function that renews it."""
    lease = f"{_NAME}{uuid.uuid4().hex[:12]}"

    def renew() -> None:
        Heartbeat.objects.update_or_create(name=lease, defaults={"beat_at": timezone.now()})

    _leases().filter(beat_at__lt=timezone.now() - LEASE).delete()  # of imports that were killed
    renew()
    try:
        yield renew
    finally:
        with suppress(DatabaseError):  # so that the import's own error is raised; the lease expires
            _leases().filter(name=lease).delete()


def is_held(*, now: datetime) -> bool:
    """Return True if an import is running. A lease more than LEASE in the future does not count."""
    return _leases().filter(beat_at__range=(now - LEASE, now + LEASE)).exists()


def _leases() -> QuerySet[Heartbeat]:
    return Heartbeat.objects.filter(name__startswith=_NAME)
