"""The public status page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from content.pages.forms import read
from content.pages.views.page import page
from core.pipeline.models import JobRun
from ops import problem
from ops import status as selectors
from stats.refresh import view_state


@page
def status(request: HttpRequest) -> HttpResponse:
    read(request)
    now, timings = timezone.now(), selectors.last_timings()
    views = view_state.view_states(now=now)
    context = {
        "problem": problem.current(now, views),
        "views": views,
        "timings": timings,
        "summary": selectors.summary(timings),
        "counts": selectors.counts(),
        "states": JobRun.State.values,
        "jobs": selectors.jobs(),
    }
    return render(request, "content/status.html", context)
