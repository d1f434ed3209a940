"""Home page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from content.pages.forms import read
from content.pages.selectors import match_lists, provenance, roundup_lists
from content.pages.views.page import page
from stats.leaderboards import Board, leaderboard


@page
def home(request: HttpRequest) -> HttpResponse:
    read(request)
    top = list(leaderboard(Board())[:5])
    made = provenance.of_forecasters([row.forecaster_id for row in top], Board())
    results = match_lists.latest_results(6)
    context = {
        "results": results,
        "upcoming": match_lists.next_matches(timezone.now(), 5),
        "top": top,
        "made": provenance.together({*made.values(), match_lists.provenance_of(results)}),
        "roundups": roundup_lists.published()[:3],
    }
    return render(request, "content/home.html", context)
