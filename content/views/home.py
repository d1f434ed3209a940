"""The front page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from content.parameters import read
from content.reads import matches, provenance, roundups
from content.views.page import page
from stats.leaderboards import Board, leaderboard


@page
def home(request: HttpRequest) -> HttpResponse:
    read(request)
    top = list(leaderboard(Board())[:5])
    made = provenance.of_forecasters([row.forecaster_id for row in top], Board())
    results = matches.latest_results(6)
    context = {
        "results": results,
        "upcoming": matches.next_matches(timezone.now(), 5),
        "top": top,
        "made": provenance.together({*made.values(), matches.provenance_of(results)}),
        "roundups": roundups.published()[:3],
    }
    return render(request, "content/home.html", context)
