"""API keys of endpoints: from the environment, or entered in the admin and encrypted. Never shown or logged.

A key entered in the admin is bound to an origin (scheme, host, port). The origin is encrypted with it, so
that a change of the row or of LLM_BASE_URL cannot send the key to another server.
"""

import base64
import os
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

from core.http.outbound_urls import origin_of
from matches.models import Endpoint

INSTALL = "pip install -r requirements-llm.txt"


class NotConfigured(RuntimeError):
    """The endpoint cannot be used until an operator acts. The message states the reason and what to do."""


class KeyUnusable(NotConfigured):
    """The endpoint's key is missing, cannot be decrypted, or was entered for another origin."""


@dataclass(frozen=True, slots=True)
class Secret:
    """An API key whose str() and repr() are masked, so that it never appears in tracebacks or logs."""

    _value: str

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__


def key_of(endpoint: Endpoint) -> Secret | None:
    """Return the key to send, or None if the endpoint needs none. Raises KeyUnusable."""
    if endpoint.sealed_key:
        return unseal(endpoint.sealed_key, _origin(endpoint))
    if not endpoint.key_variable:
        return None
    value = _from_environment(endpoint.key_variable)
    if not value:
        raise KeyUnusable(
            f"{endpoint.key_variable}, the variable with the key of {endpoint}, is not set in the environment"
            " of this process. Set it for the workers, or enter the key in the admin."
        )
    return Secret(value)


def _from_environment(name: str) -> str:
    return settings.LLM_API_KEY if name == "LLM_API_KEY" else os.environ.get(name, "")


def _origin(endpoint: Endpoint) -> str:
    return origin_of(endpoint.base_url or settings.LLM_BASE_URL)


def seal_key(endpoint: Endpoint, key: str, *, at: datetime) -> None:
    """Encrypt the key for the endpoint's origin and set the key fields; does not save. Raises KeyUnusable."""
    sealed = seal(key, _origin(endpoint))
    endpoint.sealed_key, endpoint.key_set_at, endpoint.key_variable = sealed, at, ""


def remove_key(endpoint: Endpoint) -> None:
    """Clear the key entered in the admin; does not save."""
    endpoint.sealed_key, endpoint.key_set_at = "", None


def describe_key(endpoint: Endpoint) -> str:
    """Return a readable description of the key's source, never the key itself."""
    if endpoint.key_set_at:
        return f"entered {endpoint.key_set_at:%Y-%m-%d %H:%M} UTC"
    if endpoint.key_variable:
        state = "set" if _from_environment(endpoint.key_variable) else "not set"
        return f"{endpoint.key_variable}, {state} in the environment of the web server"
    return "no key is sent"


def seal(key: str, origin: str) -> str:
    """Encrypt the key and its origin with a key derived from SECRET_KEY. Raises KeyUnusable."""
    sealed: bytes = _cipher().encrypt(f"{origin}\n{key}".encode())
    return sealed.decode()


def unseal(sealed: str, origin: str) -> Secret:
    """Decrypt a key for requests to `origin`. Raises KeyUnusable, e.g. if bound to another origin."""
    bound_origin, separator, key = _decrypt(sealed).partition("\n")
    if not separator:
        raise KeyUnusable("The key is not bound to an address: enter it again.")
    if bound_origin != origin:
        raise KeyUnusable(
            f"The key was entered for {bound_origin} and is not sent to {origin or 'another address'}:"
            " enter it again for the new address, or delete it."
        )
    return Secret(key)


def _decrypt(sealed: str) -> str:
    cipher = _cipher()
    from cryptography.fernet import InvalidToken

    try:
        text: str = cipher.decrypt(sealed.encode()).decode()
        return text
    except InvalidToken:
        raise KeyUnusable(
            "The key was entered under another SECRET_KEY and cannot be decrypted: enter it again."
        ) from None


def _cipher() -> Any:
    try:
        from cryptography.fernet import Fernet
    except ImportError as missing:
        raise KeyUnusable(
            f"Keys entered in the admin require the package cryptography: {INSTALL}. Or use an environment"
            " variable instead."
        ) from missing
    digest = salted_hmac("matches.llm.secrets", "endpoint", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(digest))
