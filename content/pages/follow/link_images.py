"""Images that other sites show with a link: their addresses, and the view that serves them."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static

from content.models import LinkImage
from content.pages.forms import read
from content.pages.views.page import page
from core.http.links import absolute, link

A_YEAR = 365 * 86_400  # seconds


def image_of(kind: str, object_id: int = 0) -> str:
    """Return the URL of the image of a page, or of the general image if none is stored for the page."""
    found = LinkImage.objects.filter(kind=kind, object_id=object_id).values_list("digest", flat=True)
    for digest in found:
        return absolute(link("link-image", digest))
    return general_image()


def general_image() -> str:
    """Return the URL of the image for pages without an image of their own."""
    return absolute(static("content/share.png"))


@page
def link_image(request: HttpRequest, digest: str) -> HttpResponse:
    """Return the image with this digest, which never changes; redirect to the general one if it is gone."""
    read(request)
    found = LinkImage.objects.filter(digest=digest).first()
    if found is None:
        return HttpResponseRedirect(general_image())
    headers = {"Cache-Control": f"public, max-age={A_YEAR}, immutable", "ETag": f'"{digest}"'}
    return HttpResponse(bytes(found.png), content_type="image/png", headers=headers)
