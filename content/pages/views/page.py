"""Decorator and pagination shared by all public pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.paginator import EmptyPage, Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from core.api import etags
from core.api.exceptions import BadParameters
from core.http import page_cache
from stats.refresh.versioned_reads import StillChanging

View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """Decorate the view of a public page.

    Only GET and HEAD are allowed, and the response must be the same for all visitors, because it is cached.
    Caches may store a page and must revalidate it before each use, by an ETag made of its bytes
    (docs/adr/0064); a view may set another Cache-Control.

    Returns 304 if nothing changed, a 400 page for BadParameters, and a 503 page for StillChanging.
    """

    @csrf_exempt  # pages write nothing; without this a POST would get 403 instead of 405
    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except BadParameters as bad:
            return render(request, "content/bad_request.html", {"bad": bad}, status=400)
        except StillChanging as busy:
            busy_page = render(request, "503.html", {"reason": str(busy)}, status=503)
            busy_page.headers["Retry-After"] = "5"
            return busy_page
        if "Cache-Control" not in response.headers:
            patch_cache_control(response, public=True, no_cache=True)
        page_cache.allow_page_cache(response)
        return etags.conditional(request, response) or response

    return answer


def paginate(rows: Any, number: int, *, per_page: int, count: int | None = None) -> Page[Any]:
    """Return a page of rows. Raises Http404 if it does not exist.

    If `count` is given, no query for the number of rows is executed.
    """
    paginator = Paginator(rows, per_page)
    if count is not None:
        paginator.count = count
    try:
        return paginator.page(number)
    except EmptyPage:
        raise Http404(f"There is no page {number}.") from None
