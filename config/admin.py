"""The admin site: Django's own, plus pages that belong to no single model."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Page:
    """A page under /admin/ that is not a model's. `permission` is what a member of staff needs for it."""

    route: str
    name: str
    title: str
    about: str
    permission: str
    view: View

    def guarded(self) -> View:
        @wraps(self.view)
        def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(self.permission):
                raise PermissionDenied
            return self.view(request, *args, **kwargs)

        return guard


class OperatorSite(AdminSite):
    """The stock admin; apps add their own pages with `add_page`, and the index lists them first."""

    site_header = "Final Whistle"
    site_title = "Final Whistle"
    index_title = "Operations"
    index_template = "admin/operator_index.html"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.pages: list[Page] = []

    def add_page(self, page: Page) -> None:
        """Mount a page. Call it from an admin.py: those are read before the URLs."""
        self.pages.append(page)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        own = [path(page.route, self.admin_view(page.guarded()), name=page.name) for page in self.pages]
        return [*own, *super().get_urls()]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        allowed = [page for page in self.pages if request.user.has_perm(page.permission)]
        return {**super().each_context(request), "operator_pages": allowed}
