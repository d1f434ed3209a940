"""The admin site: Django's AdminSite, plus pages that belong to no single model."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.options import TO_FIELD_VAR
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class AdminPage:
    """A page under /admin/ that belongs to no model. `permission` is required to open it."""

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
    """Django's admin site with pages that apps register with `add_page`. The index lists them first."""

    site_header = "Final Whistle"
    site_title = "Final Whistle"
    index_title = "Operations"
    index_template = "admin/operator_index.html"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.pages: list[AdminPage] = []

    def add_page(self, page: AdminPage) -> None:
        """Register a page. Call this in an admin.py, which is imported before the admin's URLs are built."""
        self.pages.append(page)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        own = [path(page.route, self.admin_view(page.guarded()), name=page.name) for page in self.pages]
        on_site = path("r/<int:content_type_id>/<path:object_id>/", self.admin_view(self.view_on_site))
        return [*own, on_site, *super().get_urls()]

    def view_on_site(self, request: HttpRequest, content_type_id: int, object_id: str) -> HttpResponse:
        """Redirect to the public page of a row.

        Unlike Django's own view, this one raises PermissionDenied if the user may not view the row.
        """
        from django.contrib.contenttypes.models import ContentType  # not importable when this module loads
        from django.contrib.contenttypes.views import shortcut

        content_type = ContentType.objects.filter(pk=content_type_id).first()
        model = content_type.model_class() if content_type else None
        if model not in self._registry or not hasattr(model, "get_absolute_url"):
            raise Http404("That has no page on the site.")
        if not self._registry[model].has_view_permission(request):
            raise PermissionDenied
        return shortcut(request, content_type_id, object_id)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Wrap a view so that it responds with status 400 if the parameter `_to_field` is empty.

        Without this check, Django's change page would respond with status 500.
        """
        protected: Any = super().admin_view(view, cacheable)

        @wraps(protected)
        def refuse_or_answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.GET.get(TO_FIELD_VAR) == "":
                raise BadRequest(f"{TO_FIELD_VAR} is empty.")
            answer: HttpResponse = protected(request, *args, **kwargs)
            return answer

        return refuse_or_answer

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        allowed = [page for page in self.pages if request.user.has_perm(page.permission)]
        return {**super().each_context(request), "operator_pages": allowed}
