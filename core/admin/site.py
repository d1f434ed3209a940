"""The admin site: Django's own, plus pages that belong to no single model."""

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
        self.pages: list[AdminPage] = []

    def add_page(self, page: AdminPage) -> None:
        """Mount a page. Call it from an admin.py: those are read before the URLs."""
        self.pages.append(page)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        own = [path(page.route, self.admin_view(page.guarded()), name=page.name) for page in self.pages]
        on_site = path("r/<int:content_type_id>/<path:object_id>/", self.admin_view(self.view_on_site))
        return [*own, on_site, *super().get_urls()]

    def view_on_site(self, request: HttpRequest, content_type_id: int, object_id: str) -> HttpResponse:
        """To the public page of a row, for those who may see the row: stock Django asks nobody."""
        from django.contrib.contenttypes.models import ContentType  # not ready yet when this file is read
        from django.contrib.contenttypes.views import shortcut

        content_type = ContentType.objects.filter(pk=content_type_id).first()
        model = content_type.model_class() if content_type else None
        if model not in self._registry or not hasattr(model, "get_absolute_url"):
            raise Http404("That has no page on the site.")
        if not self._registry[model].has_view_permission(request):
            raise PermissionDenied
        return shortcut(request, content_type_id, object_id)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Stock Django fails with a 500 on a change page whose address ends in an empty `_to_field`."""
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
