"""The views that all endpoints build on: public, read only, with declared parameters, cacheable."""

from functools import partial
from typing import Any, ClassVar

from rest_framework import mixins
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from config.rest import caching
from config.rest.csv import CSVRenderer
from config.rest.json import JSONRenderer
from config.rest.pages import Pages
from config.rest.parameters import PageParameters, Parameters


class PublicView(APIView):
    """GET and HEAD for everybody, no parameter that is not declared, an ETag on every answer.

    `params` holds the values of the query parameters by name once the request is accepted.
    """

    http_method_names = ["get", "head", "options"]
    params: dict[str, Any]

    def get_parameters(self) -> type[Parameters]:
        """The parameters of the operation that is asked for."""
        return Parameters

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self._refuse_other_methods(request)
        super().initial(request, *args, **kwargs)
        self.params = self.get_parameters().read(request.query_params)

    def _refuse_other_methods(self, request: Request) -> None:
        """What can only be read is not asked first in which format, and by which filters, it is written."""
        method = str(request.method).lower()
        if method not in self.http_method_names or not hasattr(self, method):
            raise MethodNotAllowed(str(request.method))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.status_code == 200:
            caching.allow_caching(response)
            response.add_post_render_callback(partial(caching.conditional, request))
        return response


class ListResource(PublicView, mixins.ListModelMixin, GenericViewSet[Any]):
    """A list, as JSON or CSV. Say `list_parameters`, and in `filter_queryset` what they do."""

    pagination_class = Pages
    renderer_classes = [JSONRenderer, CSVRenderer]  # more than one: the answer varies with Accept
    list_parameters: ClassVar[type[Parameters]] = PageParameters

    def get_parameters(self) -> type[Parameters]:
        return self.list_parameters if self.action == "list" else Parameters

    def get_renderers(self) -> list[BaseRenderer]:
        return [
            renderer()
            for renderer in self.renderer_classes
            if self.action == "list" or renderer is JSONRenderer
        ]


class Resource(ListResource, mixins.RetrieveModelMixin):
    """A list and its single rows."""
