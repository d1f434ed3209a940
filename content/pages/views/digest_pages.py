"""List of digests, and digest page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from content.digests import reads
from content.models import Digest
from content.pages import breadcrumbs
from content.pages.follow.link_images import general_image
from content.pages.follow.structured_data import article, with_crumbs
from content.pages.forms import read
from content.pages.selectors import fact_sources
from content.pages.views.page import page, paginate
from core.api.query_params import PageNumber


@page
def digests(request: HttpRequest) -> HttpResponse:
    query = read(request, PageNumber)
    shown = paginate(reads.published(), query.values["page"], per_page=20)
    return render(request, "content/digests.html", {"shown": shown})


@page
def digest(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one digest. A superseded version stays available and links to the current one."""
    read(request)
    shown = get_object_or_404(reads.readable(), pk=pk)
    of_round = Digest.objects.filter(stage=shown.stage_id, round_label=shown.round_label)
    versions = list(of_round.defer("body", "body_html", "facts", "spans").order_by("-version"))
    context = {
        "digest": shown,
        "current": next((each for each in versions if each.status == Digest.Status.PUBLISHED), None),
        "versions": versions,
        "texts": fact_sources.sourced_texts(shown),
        "og_type": "article",
        **with_crumbs(
            breadcrumbs.above_digest(shown),
            shown.title,
            shown.get_absolute_url(),
            article(shown, general_image()),
        ),
    }
    return render(request, "content/digest.html", context)
