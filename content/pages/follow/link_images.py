"""Images that other sites show with a link: their addresses, and the view that serves them."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static

from content.models import LinkImage
from content.pages.forms import read
from content.pages.views.page import page
from core.db import sql
from core.http.links import absolute, link

A_YEAR = 365 * 86_400  # seconds
_DIGEST = "SELECT digest FROM content_linkimage WHERE kind = %s AND object_id = %s"


def statement(kind: str, object_id: int = 0) -> sql.Statement:
    """Return the SQL statement that `image_of` executes, to be passed to sql.prefetch()."""
    return _DIGEST, [kind, object_id]


def image_of(kind: str, object_id: int = 0) -> str:
    """Return the URL of the image of a page, or of the general image if none is stored for the page."""
    for (digest,) in sql.fetch_all(*statement(kind, object_id)):
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
