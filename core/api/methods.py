"""Which methods a view knows, asked before anything else about a request."""

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.views import APIView


def require_allowed_method(view: APIView, request: Request) -> None:
    """Raise MethodNotAllowed: nobody is asked for keys, formats or filters of what cannot be done anyway."""
    method = str(request.method).lower()
    if method not in view.http_method_names or not hasattr(view, method):
        raise MethodNotAllowed(str(request.method))
