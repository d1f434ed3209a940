"""Response to clients that are locked out after too many failed logins. django-axes counts the failures."""

from datetime import timedelta
from math import ceil
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core.accounts.client_ip import throttle_key

NAME_LENGTH = 255  # length of the column; the login form accepts longer names


def throttled_username(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """Return the user name for counting a failed login, truncated to the length of its database column."""
    name = (credentials or request.POST).get("username")
    return name[:NAME_LENGTH] if name else name


class Handler(AxesDatabaseHandler):
    """Counts failed logins in PostgreSQL.

    Failures from an IPv6 address are counted for its /64 network. The command `axes_reset_ip` accepts any
    address of that network.
    """

    def reset_attempts(self, *, ip_address: str | None = None, **others: Any) -> int:
        if ip_address and not (ip_address := throttle_key(ip_address)):
            return 0  # not an address, so nothing was counted
        count: int = super().reset_attempts(ip_address=ip_address, **others)
        return count


def locked_out(
    request: HttpRequest, original: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """Return 429 with Retry-After.

    The response does not reveal whether the user name exists or the password is correct.
    """
    left = _seconds_left(request.axes_ip_address)  # type: ignore[attr-defined]  # set by django-axes
    context = {
        "title": "Too many failed logins",
        "address": request.axes_ip_address,  # type: ignore[attr-defined]
        "minutes": ceil(left / 60),
    }
    response = render(request, "admin/locked_out.html", context, status=429)
    response.headers["Retry-After"] = str(left)
    return response


def _seconds_left(address: str | None) -> int:
    """Return the seconds until the address may log in again, at least 1.

    The lockout is counted from the last stored failure; attempts during the lockout do not extend it.
    """
    cool_off: timedelta = settings.AXES_COOLOFF_TIME
    last = AccessAttempt.objects.filter(ip_address=address).aggregate(last=Max("attempt_time"))["last"]
    left = last + cool_off - timezone.now() if last else cool_off
    return max(1, ceil(left.total_seconds()))
