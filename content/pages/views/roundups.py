"""List of roundups, and roundup page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from content.digests import reads as digest_reads
from content.models import Roundup
from content.pages import breadcrumbs
from content.pages.follow.link_images import image_of
from content.pages.follow.oembed import discovery
from content.pages.follow.structured_data import article, with_crumbs
from content.pages.forms import read
from content.pages.selectors import fact_sources, match_history, provenance
from content.pages.views.page import page, paginate
from content.roundups import out_of_date as reads
from core.api.query_params import PageNumber
from matches.statuses import SETTLED

DIGESTS = 3  # newest digests on the first page


@page
def roundups(request: HttpRequest) -> HttpResponse:
    query = read(request, PageNumber)
    shown = paginate(reads.published(), query.values["page"], per_page=20)
    newest = digest_reads.published()[:DIGESTS] if shown.number == 1 else []
    return render(request, "content/roundups.html", {"shown": shown, "digests": newest})


@page
def roundup(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one roundup. A superseded version stays available and links to the current one."""
    read(request)
    shown = get_object_or_404(reads.roundups(), pk=pk)
    versions = list(Roundup.objects.filter(match=shown.match_id).order_by("-version"))
    image = image_of("roundup", shown.pk)
    context = {
        "roundup": shown,
        "texts": fact_sources.sourced_texts(shown),
        "match": shown.match,
        "current": next((each for each in versions if each.status == Roundup.Status.PUBLISHED), None),
        "versions": versions,
        "is_over": shown.match.status in SETTLED,
        "seconds": match_history.seconds_to_publish(shown),
        "made": provenance.of_match(shown.match),
        "og_type": "article",
        "link_image": image,
        "follow": [discovery(shown.get_absolute_url(), shown.title)],
        **with_crumbs(
            breadcrumbs.above_roundup(shown), shown.title, shown.get_absolute_url(), article(shown, image)
        ),
    }
    return render(request, "content/roundup.html", context)
