"""What can be wrong with a request. `core/api/problems.py` says it to the client."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from rest_framework.exceptions import APIException


class BadParameters(APIException):
    """Query parameters that are unknown, or have a bad value. `errors` names each."""

    status_code = HTTPStatus.BAD_REQUEST

    def __init__(self, errors: Sequence[dict[str, Any]]) -> None:
        self.errors = list(errors)
        super().__init__(" ".join(f"{error['parameter']}: {error['detail']}" for error in self.errors))


class BadBody(APIException):
    """A body that can be read and says something impossible. `errors` names each field."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, errors: Sequence[dict[str, Any]]) -> None:
        self.errors = list(errors)
        super().__init__(" ".join(f"{error['field']}: {error['detail']}" for error in self.errors))


class RequestRefused(APIException):
    """It is understood, and must not be. `code` says why in a word for programs."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        self.status_code, self.code = status, code
        super().__init__(detail)


class Unavailable(APIException):
    """It cannot be served right now; the detail says why."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
