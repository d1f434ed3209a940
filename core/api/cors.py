"""CORS: web pages of other origins may read /api/v1/ without credentials, and nothing else.

This middleware is used instead of django-cors-headers, which decides by origin and path but not by method,
and so would let other origins read the responses to submissions, too.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

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
    """Answer preflight requests, and allow every origin to read the responses to GET and HEAD.

    This is the outermost middleware, so that redirects, 304, 4xx and 5xx have the headers as well.
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
