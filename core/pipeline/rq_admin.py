"""The django-rq pages, restricted to superusers.

django-rq itself only requires `is_staff`: any member of staff could empty a queue or delete a job by its URL.
So all its views are wrapped here, including those that accept API tokens.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, reverse
from django_rq.admin import QueueAdmin
from redis.exceptions import RedisError

View = Callable[..., HttpResponse]


class SuperuserQueueAdmin(QueueAdmin):
    """django-rq's pages, each wrapped in `superusers_only`."""

    def get_urls(self) -> list[URLPattern]:
        patterns: list[URLPattern] = super().get_urls()  # type: ignore[no-untyped-call]
        for pattern in patterns:
            pattern.callback = superusers_only(pattern.callback)
        return patterns

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    has_module_permission = has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def superusers_only(view: View) -> View:
    """Wrap a view: anonymous users must log in, only superusers may use it, 503 if Redis is down."""

    @wraps(view)
    def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        if not (request.user.is_active and request.user.is_superuser):
            raise PermissionDenied("The queue pages are for superusers; the pipeline board shows the jobs.")
        try:
            return view(request, *args, **kwargs)
        except (IndexError, ValueError) as error:  # an invalid queue, page or job id; RQ validates none
            raise Http404(str(error)) from error
        except RedisError as error:
            return render(
                request, "admin/redis_is_down.html", {"error": error, "title": "Redis is down"}, status=503
            )

    return guard
