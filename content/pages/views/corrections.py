"""List of corrected results."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from content.pages.forms import read
from content.pages.views.page import page, paginate
from scoring import corrections as reads
from scoring.api import CorrectionFilters
from stats.refresh import matviews


@page
def corrections(request: HttpRequest) -> HttpResponse:
    """List all results that replaced a final one, newest first."""
    query = read(request, CorrectionFilters)
    rows = CorrectionFilters.apply(reads.corrections(), query.values)
    shown = paginate(rows, query.values["page"], per_page=25)
    context = {
        "query": query,
        "competition": query.values["competition"],
        "shown": shown,
        "changes": reads.summed(shown.object_list),
        "boards": matviews.newest(),
    }
    return render(request, "content/corrections.html", context)
