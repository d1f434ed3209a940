"""URLs of the project, plus the baseline: a view that returns a constant, behind the same middleware."""

from django.http import HttpRequest, JsonResponse
from django.urls import include, path

BARE = "/bench/bare/"


def bare(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"hello": "world"})


urlpatterns = [path(BARE.lstrip("/"), bare), path("", include("config.urls"))]
