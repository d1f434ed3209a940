"""List of corrected results."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from content.pages.forms import read
from content.pages.selectors import match_history
from content.pages.views.page import page, paginate
from scoring import corrections as reads
from scoring.api import CorrectionFilters


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
        "boards": match_history.boards_refreshed(),
    }
    return render(request, "content/corrections.html", context)
