"""Response headers for browsers: security headers, and CORS for the API.

The site's pages may use no inline scripts or styles and nothing from other hosts. Scripts of other origins
may read only /api/v1/, without credentials.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Public pages: only static files of this site, e.g. the script that adds local times.
PAGES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# Django's admin and its queue pages: scripts and styles from static files only.
SCRIPTED = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SCRIPTED_PATHS = ("/admin/",)
PERMISSIONS = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"


def security_headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Add Content-Security-Policy and Permissions-Policy to every response; Django sets the other headers.

    With DEBUG, error responses get no Content-Security-Policy: Django's error pages have inline styles.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not (settings.DEBUG and response.status_code >= 400):
            policy = SCRIPTED if request.path.startswith(SCRIPTED_PATHS) else PAGES
            response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response

    return middleware


PATH = "/api/v1/"
READS = ("GET", "HEAD")
EXPOSED = (
    "Content-Disposition, ETag, Link, RateLimit, RateLimit-Policy, Retry-After, "
    "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
)
PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": ", ".join(READS),
    "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
    "Cache-Control": "no-store",  # a cache that ignores methods must not serve it
}


def cors(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Under /api/v1/, answer preflight requests and allow every origin to read responses to GET and HEAD.

    If the request has an Authorization header, other origins may not read the response. This is the outermost
    middleware, so that redirects, 304, 4xx and 5xx get the CORS headers, too.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PATH):
            return get_response(request)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return HttpResponse(status=204, headers=PREFLIGHT)
        response = get_response(request)
        if request.method in READS and "Authorization" not in request.headers:
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = EXPOSED
        return response

    return middleware
