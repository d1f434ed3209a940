"""What every page shares."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.paginator import EmptyPage, Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page, require_safe

from content.pages.forms import BadParameter
from core.http import page_cache

View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """Read only, the same for everybody, 304 where nothing changed, a 400 that names a bad parameter."""

    @csrf_exempt  # nothing is ever written here: another method gets its 405, not a 403
    @require_safe
    @conditional_page
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except BadParameter as bad:
            return render(request, "content/bad_request.html", {"bad": bad}, status=400)
        page_cache.allow_page_cache(response)
        return response

    return answer


def paginate(rows: Any, number: int | None, *, per_page: int, count: int | None = None) -> Page[Any]:
    """One page of rows, the first unless told otherwise; a page beyond the last is not found.

    With the `count` of all rows where it is known, so that nobody asks for it.
    """
    paginator = Paginator(rows, per_page)
    if count is not None:
        paginator.count = count
    try:
        return paginator.page(number or 1)
    except EmptyPage:
        raise Http404(f"There is no page {number} here.") from None
