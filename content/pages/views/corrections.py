"""List of corrected results."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from content.pages.forms import Paged, read
from content.pages.selectors import match_history
from content.pages.views.page import page, paginate
from matches.models import Competition
from scoring import corrections as reads


class CorrectionFilter(Paged):
    """Filter of the corrections, with the same name and meaning as in the API."""

    competition = forms.ModelChoiceField(
        Competition.objects.all(), required=False, to_field_name="slug", empty_label="All competitions"
    )


@page
def corrections(request: HttpRequest) -> HttpResponse:
    """List all results that replaced a final one, newest first."""
    query = read(request, CorrectionFilter)
    competition, rows = query.cleaned_data["competition"], reads.corrections()
    if competition:
        rows = rows.filter(match__season__competition=competition)
    shown = paginate(rows, query.cleaned_data["page"], per_page=25)
    context = {
        "query": query,
        "competition": competition,
        "shown": shown,
        "changes": reads.summed(shown.object_list),
        "boards": match_history.boards_refreshed(),
    }
    return render(request, "content/corrections.html", context)
