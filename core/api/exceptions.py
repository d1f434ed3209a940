"""Exceptions for invalid requests. `core/api/problems.py` turns them into responses."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from rest_framework.exceptions import APIException


class BadParameters(APIException):
    """Unknown query parameters or invalid values. `errors` lists each of them."""

    status_code = HTTPStatus.BAD_REQUEST

    def __init__(self, errors: Sequence[dict[str, Any]]) -> None:
        self.errors = list(errors)
        super().__init__(" ".join(f"{error['parameter']}: {error['detail']}" for error in self.errors))


class BadBody(APIException):
    """Request body that can be parsed but is invalid. `errors` lists each invalid field."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, errors: Sequence[dict[str, Any]]) -> None:
        self.errors = list(errors)
        super().__init__(" ".join(f"{error['field']}: {error['detail']}" for error in self.errors))


class RequestRefused(APIException):
    """The request is valid but not allowed. `code` is a machine-readable reason."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        self.status_code, self.code = status, code
        super().__init__(detail)


class Unavailable(APIException):
    """The request cannot be served at the moment; `detail` contains the reason."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
