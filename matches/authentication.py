"""Authentication of API requests: anonymous, or by an API key in the Authorization header."""

from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from core.accounts.client_ip import client_address
from core.api.throttling import FAILED_KEYS
from matches.models import ApiKey
from matches.services import api_keys

USE_HEADER = "Send the key in a header: Authorization: Bearer fw_..."
KEY_IN_URL = (
    "The URL contains an API key. URLs are logged, so have the key revoked and request a new one. "
    + USE_HEADER
)


class KeyAuthentication(BaseAuthentication):
    """Authentication by API key: sets `request.auth` to the ApiKey, or None without an Authorization header.

    An invalid header or key is refused with 401. Keys in the URL are refused as well, because URLs end up in
    logs, histories and Referer headers.
    """

    def authenticate(self, request: Request) -> tuple[ApiKey, ApiKey] | None:
        values = [each for _name, values in request.query_params.lists() for each in values]
        if any(map(api_keys.looks_like_key, values)):
            raise AuthenticationFailed(KEY_IN_URL)
        header = request.headers.get("Authorization")
        if header is None:
            return None
        scheme, _, text = header.partition(" ")
        if scheme.lower() != "bearer" or not text.strip():
            raise AuthenticationFailed(USE_HEADER)
        now = timezone.now()
        try:
            key = api_keys.find(text.strip(), now=now)
        except api_keys.BadKey as bad:
            FAILED_KEYS.count(f"address:{client_address(request._request)}")
            raise AuthenticationFailed(str(bad)) from bad
        api_keys.record_use(key, now=now)
        return key, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Final Whistle"'


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Security scheme of KeyAuthentication in the OpenAPI schema."""

    target_class = KeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API key, `fw_...`."}
