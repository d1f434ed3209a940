"""Parser of JSON request bodies: limited size, strict syntax.

Input that other decoders could read differently is refused.
"""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import APIException, ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from core import strict_json

MAX_BYTES = 512 * 1024  # bytes: 500 predictions with a rationale of a few sentences each


class BodyTooLarge(APIException):
    """The body has more than MAX_BYTES."""

    status_code = 413
    default_detail = f"The body may have {MAX_BYTES // 1024} KB at most; send fewer predictions at a time."


def _require_uncompressed(request: Request | None) -> None:
    """Raise UnsupportedMediaType if the body is compressed."""
    coding = request.headers.get("Content-Encoding", "identity") if request else "identity"
    if coding.lower() != "identity":
        raise UnsupportedMediaType(coding, f"The body is compressed ({coding[:20]}); send it uncompressed.")


class StrictJSONParser(BaseParser):
    """Parser of JSON bodies.

    Raises UnsupportedMediaType if the body is compressed, BodyTooLarge if it has more than MAX_BYTES, and
    ParseError if it is not strict JSON in UTF-8.
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        _require_uncompressed((parser_context or {}).get("request"))
        body = self._read(stream, parser_context or {})
        try:
            return strict_json.loads(body.decode())
        except UnicodeDecodeError:
            raise ParseError("The body cannot be read: it is not UTF-8.") from None
        except ValueError as error:
            raise ParseError(f"The body cannot be read: {error}.") from None

    def _read(self, stream: IO[Any], context: Mapping[str, Any]) -> bytes:
        """Read at most MAX_BYTES, regardless of Content-Length. Raises BodyTooLarge if there are more."""
        body: bytes = stream.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            raise BodyTooLarge
        return body
