"""The keys of endpoints: from the environment, or entered in the admin and sealed. Never shown or logged."""

import base64
import os
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

from matches.models import Endpoint

INSTALL = "pip install -r requirements-llm.txt"


class KeyUnusable(RuntimeError):
    """The endpoint's key cannot be had. The message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A key that shows itself to nobody who prints it: not in a traceback, a log or an error report."""

    _value: str

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__


def key_of(endpoint: Endpoint) -> Secret | None:
    """The key to send, or None where the endpoint wants none. Raises KeyUnusable."""
    if endpoint.sealed_key:
        return unseal(endpoint.sealed_key)
    if not endpoint.key_variable:
        return None
    value = _from_environment(endpoint.key_variable)
    if not value:
        raise KeyUnusable(
            f"{endpoint.key_variable}, which is to hold the key of {endpoint}, is not set in the environment"
            " of this process. Set it for the workers, or enter the key in the admin."
        )
    return Secret(value)


def _from_environment(name: str) -> str:
    return settings.LLM_API_KEY if name == "LLM_API_KEY" else os.environ.get(name, "")


def enter(endpoint: Endpoint, key: str, *, at: datetime) -> None:
    """Let the endpoint have this key from here on; not saved yet. Raises KeyUnusable."""
    endpoint.sealed_key, endpoint.key_set_at, endpoint.key_variable = seal(key), at, ""


def forget(endpoint: Endpoint) -> None:
    """Let the key go that was entered; not saved yet."""
    endpoint.sealed_key, endpoint.key_set_at = "", None


def told(endpoint: Endpoint) -> str:
    """Where the key comes from, for people: never what it is."""
    if endpoint.key_set_at:
        return f"entered {endpoint.key_set_at:%Y-%m-%d %H:%M} UTC"
    if endpoint.key_variable:
        there = "set" if _from_environment(endpoint.key_variable) else "not set"
        return f"{endpoint.key_variable}, {there} in the environment of the web server"
    return "none is sent"


def seal(key: str) -> str:
    """The key as it may be stored: without our SECRET_KEY nobody reads it. Raises KeyUnusable."""
    sealed: bytes = _cipher().encrypt(key.encode())
    return sealed.decode()


def unseal(sealed: str) -> Secret:
    """The key that was sealed. Raises KeyUnusable, where SECRET_KEY is another one now."""
    cipher = _cipher()
    from cryptography.fernet import InvalidToken

    try:
        return Secret(cipher.decrypt(sealed.encode()).decode())
    except InvalidToken:
        raise KeyUnusable(
            "The key was entered under another SECRET_KEY and cannot be read any more: enter it again."
        ) from None


def _cipher() -> Any:
    try:
        from cryptography.fernet import Fernet
    except ImportError as missing:
        raise KeyUnusable(
            f"Keys entered in the admin need the package cryptography: {INSTALL}. Or name a variable of the"
            " environment instead."
        ) from missing
    digest = salted_hmac("matches.llm.keys", "endpoint", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(digest))
