"""The views that all reading endpoints build on: public, with declared parameters, cacheable, limited."""

from functools import partial
from typing import Any, ClassVar

from rest_framework import mixins
from rest_framework.pagination import BasePagination
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from core.api import etags, methods, throttling
from core.api.csv import CSVRenderer
from core.api.json import JSONRenderer
from core.api.pages import Pages
from core.api.query_params import PageParameters, QueryParameters
from core.api.throttling import READS, RateLimitState


class PublicView(APIView):
    """GET and HEAD for everybody, no parameter that is not declared, an ETag on every answer.

    `params` holds the values of the query parameters by name once the request is accepted.
    """

    http_method_names = ["get", "head", "options"]
    params: dict[str, Any]
    spent: RateLimitState | None = None

    def get_parameters(self) -> type[QueryParameters]:
        """The parameters of the operation that is asked for."""
        return QueryParameters

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        methods.require_allowed_method(self, request)
        super().initial(request, *args, **kwargs)
        self.spent = READS.spend(throttling.rate_limit_key(request))
        self.params = self.get_parameters().read(request.query_params)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.spent:
            self.spent.put_on(response)
        if response.status_code == 200:
            etags.allow_caching(response, private=request.auth is not None)
            response.add_post_render_callback(partial(etags.conditional, request))
        return response


class ListResource(PublicView, mixins.ListModelMixin, GenericViewSet[Any]):
    """A list, as JSON or CSV. Say `list_parameters`, and in `filter_queryset` what they do."""

    pagination_class: type[BasePagination] | None = Pages
    renderer_classes = [JSONRenderer, CSVRenderer]  # more than one: the answer varies with Accept
    list_parameters: ClassVar[type[QueryParameters]] = PageParameters

    def get_parameters(self) -> type[QueryParameters]:
        return self.list_parameters if self.action == "list" else QueryParameters

    def get_renderers(self) -> list[BaseRenderer]:
        return [
            renderer()
            for renderer in self.renderer_classes
            if self.action == "list" or renderer is JSONRenderer
        ]


class Resource(ListResource, mixins.RetrieveModelMixin):
    """A list and its single rows."""
