"""List of digests, and the page of one."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from content.digests import reads
from content.digests.fact_schema import SCHEMA
from content.models import Digest
from content.pages import breadcrumbs
from content.pages.follow.link_images import general_image
from content.pages.follow.structured_data import article, with_crumbs
from content.pages.forms import read
from content.pages.views.page import page, paginate
from content.roundups.references import Document
from core.api.query_params import PageNumber

_ESCAPED = re.compile(r"\\(.)")  # Markdown


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
        "sources": _sources(shown),
        "og_type": "article",
        **with_crumbs(
            breadcrumbs.above_digest(shown),
            shown.title,
            shown.get_absolute_url(),
            article(shown, general_image()),
        ),
    }
    return render(request, "content/digest.html", context)


def _sources(shown: Digest) -> list[dict[str, Any]]:
    """Return the text of each fact in the body with the paths of its rows, each pair once, in order."""
    document = Document(shown.facts, SCHEMA)
    found = {
        (_ESCAPED.sub(r"\1", shown.body[start:end]), path): None
        for start, end, address, _value in shown.spans["body"]
        for path in document.sources(address)[:1]
    }
    return [{"text": text, "path": path} for text, path in found]
