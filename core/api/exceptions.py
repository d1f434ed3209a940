"""Exceptions for invalid requests. `core/api/problems.py` turns them into responses."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, ClassVar

from rest_framework.exceptions import APIException


class InvalidRequest(APIException):
    """Request with invalid values. `errors` has one dict per invalid value.

    Each dict contains the name of a parameter or field. Its key is `location`: "parameter" or "field".
    """

    location: ClassVar[str]

    def __init__(self, errors: Sequence[dict[str, Any]]) -> None:
        self.errors = list(errors)
        super().__init__(" ".join(f"{error[self.location]}: {error['detail']}" for error in self.errors))


class BadParameters(InvalidRequest):
    """Unknown query parameters or invalid values."""

    status_code = HTTPStatus.BAD_REQUEST
    location = "parameter"


class BadBody(InvalidRequest):
    """Request body that can be parsed but has invalid fields."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    location = "field"


class RequestRefused(APIException):
    """The request is valid but not allowed. `code` is a machine-readable reason."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        self.status_code, self.code = status, code
        super().__init__(detail)


class Unavailable(APIException):
    """The request cannot be served at the moment; `detail` contains the reason."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
