"""Security headers: pages may use nothing inline and nothing from other hosts."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Public pages: no script at all.
PAGES = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# Django's admin, its queue pages and the API's docs: scripts and styles from static files only.
# `data:` is allowed for images only, because Swagger's stylesheet embeds its icons.
SCRIPTED = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SCRIPTED_PATHS = ("/admin/", "/api/docs/")
PERMISSIONS = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"


def security_headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Add Content-Security-Policy and Permissions-Policy to every response; Django sets the other headers.

    Django's error pages, shown in DEBUG only, have inline styles and get no policy.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not (settings.DEBUG and response.status_code >= 400):
            policy = SCRIPTED if request.path.startswith(SCRIPTED_PATHS) else PAGES
            response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response

    return middleware
