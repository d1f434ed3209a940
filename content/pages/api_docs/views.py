"""Reference and guide of the API."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from content.pages.api_docs import guide as guides
from content.pages.api_docs import operations
from content.pages.forms import read
from content.pages.views.page import page
from core.api.openapi import ERRORS, WRITE_ERRORS
from core.http.links import absolute


@page
def reference(request: HttpRequest) -> HttpResponse:
    """Show all operations of the API: public reads first, then those that require a key."""
    read(request)
    context = {
        "sections": operations.sections(),
        "errors": sorted((WRITE_ERRORS | ERRORS).items()),
        "base": absolute("/api/v1/"),
    }
    return render(request, "content/api_reference.html", context)


@page
def guide(request: HttpRequest) -> HttpResponse:
    """Show the guide."""
    read(request)
    return render(request, "content/api_guide.html", {"guide": guides.guide()})
