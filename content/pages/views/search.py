"""Search page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from content.api.search import SearchParameters
from content.pages.forms import read
from content.pages.selectors import match_lists
from content.pages.views.page import page
from content.search.grouped_results import LIMIT, Results, search


@page
def search_page(request: HttpRequest) -> HttpResponse:
    """Show the results of a search in groups; without a search, only the search box."""
    query = read(request, SearchParameters)
    text = query.values["q"]
    found = search(text, matches=match_lists.matches(), now=timezone.now()) if text else Results()
    context = {
        "query": query,
        "text": text,
        "found": found,
        "limit": LIMIT,
        "lines": match_lists.lines(found.matches),
    }
    return render(request, "content/search.html", context)
