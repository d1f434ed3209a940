"""The project's URLs, plus the baseline: a view that does nothing, behind the same middleware."""

from django.http import HttpRequest, JsonResponse
from django.urls import include, path

BARE = "/bench/bare/"


def bare(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"hello": "world"})


urlpatterns = [path(BARE.lstrip("/"), bare), path("", include("config.urls"))]
