"""`Idempotency-Key`: a repeated request gets the stored response of the first one."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from matches.models import ApiKey, StoredResponse

RETENTION = timedelta(hours=24)
LONGEST = 100  # characters

StatusAndBody = tuple[int, Any]  # status and body


class KeyReused(ValueError):
    """The Idempotency-Key was used for a different request."""


def once(
    key: ApiKey, name: str, *, request: str, now: datetime, make: Callable[[], StatusAndBody]
) -> tuple[StatusAndBody, bool]:
    """Return the response, and True if it was stored by an earlier request with the same Idempotency-Key.

    If no response is stored, the response is that of `make`. It is committed together with the effect of
    `make`. If `make` raises, everything is rolled back, and the request can be retried. A concurrent request
    with the same Idempotency-Key waits. Raises KeyReused if the earlier request was a different one.
    """
    with transaction.atomic():
        row, is_new = StoredResponse.objects.get_or_create(
            key=key, name=name, defaults={"request": request, "stored_at": now}
        )
        if not is_new:
            if row.request != request:
                raise KeyReused("This Idempotency-Key was used for a different request; use a new one.")
            assert row.status is not None, "effect and response are committed together"
            return (row.status, row.body), True
        row.status, row.body = response = make()
        row.save(update_fields=["status", "body"])
        return response, False


def purge(*, now: datetime) -> int:
    """Delete stored responses that are older than RETENTION; return how many."""
    return StoredResponse.objects.filter(stored_at__lt=now - RETENTION).delete()[0]
