"""A strict Content-Security-Policy for the public pages: no script, nothing inline, no other host."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# The admin and the API's docs bring scripts of their own.
OTHERS = ("/admin/", "/api/")


def content_security_policy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Add the policy to every page of ours. Django's own error pages, shown in DEBUG, have inline styles."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_debug_page = settings.DEBUG and response.status_code >= 400
        if not request.path.startswith(OTHERS) and not is_debug_page:
            response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return middleware
