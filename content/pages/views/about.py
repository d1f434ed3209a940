"""How the benchmark works, and how it is doing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from content.pages.forms import read
from content.pages.selectors import examples
from content.pages.views.page import page
from content.reads import problem
from content.reads import status as reads
from core.pipeline.models import JobRun
from scoring import rules
from stats.refresh import view_state

FIELD = 20  # how many score predictions the quota table supposes


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


@page
def status(request: HttpRequest) -> HttpResponse:
    read(request)
    now, timings = timezone.now(), reads.last_timings()
    views = view_state.view_states(now=now)
    context = {
        "problem": problem.current(now, views),
        "views": views,
        "timings": timings,
        "summary": reads.summary(timings),
        "counts": reads.counts(),
        "states": JobRun.State.values,
        "jobs": reads.jobs(),
    }
    return render(request, "content/status.html", context)
