"""API keys: created and shown once, stored as a hash.

A key is `fw_<prefix>_<secret>`. The secret has 256 random bits and cannot be guessed, so a fast hash is
enough. The prefix is not secret; it finds the row and identifies the key in messages.
"""

import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from core.hidden_characters import hidden_error
from matches.models import ApiKey, Forecaster

_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # without letters that look alike
_PREFIX = 8
_KEY = re.compile(rf"fw_[{_LETTERS}]{{{_PREFIX}}}_[\w-]{{43}}", re.ASCII)
USE_INTERVAL = timedelta(minutes=1)  # last_used_at is updated at most this often, as each update is a commit


class BadKey(ValueError):
    """An unknown, revoked or expired key. The message contains the reason, but nothing secret."""


class InvalidKey(ValueError):
    """A key that cannot be created. `field` is the invalid field."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


def create(
    *,
    name: str,
    maker: str,
    forecasters: Collection[Forecaster],
    scopes: Collection[str],
    now: datetime,
    expires_at: datetime | None = None,
    created_by: User | None = None,
) -> tuple[ApiKey, str]:
    """Create a key. Return its row and the text of the key, which is not stored. Raises InvalidKey."""
    for field, text in (("name", name), ("maker", maker)):
        if error := hidden_error(text):
            raise InvalidKey(field, f"it {error}.")
    if not forecasters:
        raise InvalidKey("forecasters", "choose at least one forecaster.")
    if not scopes or not set(scopes) <= set(ApiKey.Scope.values):
        raise InvalidKey("scopes", f"choose from {', '.join(ApiKey.Scope.values)}.")
    if expires_at is not None and expires_at <= now:
        raise InvalidKey("expires_at", "it must be in the future.")
    prefix = "".join(secrets.choice(_LETTERS) for _ in range(_PREFIX))
    text = f"fw_{prefix}_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        key = ApiKey.objects.create(
            name=name,
            maker=maker,
            prefix=prefix,
            digest=_digest(text),
            scopes=sorted(scopes),
            created_at=now,
            expires_at=expires_at,
            created_by=created_by,
        )
        key.forecasters.set(forecasters)
    return key, text


def looks_like_key(text: str) -> bool:
    """Return True if the text has the format of an API key. Used to detect keys in URLs."""
    return bool(_KEY.fullmatch(text))


def find(text: str, *, now: datetime) -> ApiKey:
    """Return the row of a valid key. Raises BadKey if it is unknown, revoked or expired."""
    parts = text.split("_", 2)
    key = ApiKey.objects.filter(prefix=parts[1]).first() if len(parts) == 3 and parts[0] == "fw" else None
    if key is None or not secrets.compare_digest(key.digest, _digest(text)):
        raise BadKey("This API key does not exist.")
    if key.revoked_at is not None:
        raise BadKey(f"The API key {key.prefix} was revoked at {key.revoked_at:%Y-%m-%d %H:%M} UTC.")
    if key.expires_at is not None and key.expires_at <= now:
        raise BadKey(f"The API key {key.prefix} expired at {key.expires_at:%Y-%m-%d %H:%M} UTC.")
    return key


def record_use(key: ApiKey, *, now: datetime) -> None:
    """Update the time of the last use, at most once a minute."""
    is_due = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - USE_INTERVAL)
    ApiKey.objects.filter(is_due, pk=key.pk).update(last_used_at=now)


def revoke(key: ApiKey, *, at: datetime) -> bool:
    """Revoke the key; its predictions stay. Returns False if it was already revoked."""
    return bool(ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=at))


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
