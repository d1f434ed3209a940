"""Methodology page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from content.pages.forms import read
from content.pages.selectors import examples
from content.pages.views.page import page
from scoring import rules

FIELD = 20  # number of score predictions assumed in the quota table


@page
def methodology(request: HttpRequest) -> HttpResponse:
    read(request)
    context = {
        "rules": rules,
        "field": FIELD,
        "quota_table": [(picks.start, picks[-1], quota) for picks, quota in examples.quota_table(FIELD)],
        "examples": examples.examples(),
        "most": rules.MAX_QUOTA + rules.GOAL_DIFFERENCE_BONUS + rules.EXACT_BONUS,
        "probability_examples": examples.probability_examples(),
    }
    return render(request, "content/methodology.html", context)
