"""List of forecasters, and profile page of a forecaster."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from content.pages import breadcrumbs
from content.pages.charts.calibration_charts import calibration_charts
from content.pages.charts.course_charts import course_charts
from content.pages.charts.pick_results import pick_results
from content.pages.follow import links
from content.pages.follow.structured_data import with_crumbs
from content.pages.forms import read
from content.pages.selectors import forecaster_pages as reads
from content.pages.selectors import provenance
from content.pages.views.page import page, paginate
from core.api.query_params import PageNumber
from matches.llm import usage
from matches.models import Forecaster
from stats.analysis import calibration_reads
from stats.leaderboards import Board
from stats.models import Scope
from stats.refresh import team_board_schedule


@page
def forecasters(request: HttpRequest) -> HttpResponse:
    query = read(request, PageNumber)
    shown = paginate(Forecaster.objects.order_by("kind", "name"), query.values["page"], per_page=100)
    rows = reads.overall_rows(each.pk for each in shown)
    made = provenance.of_forecasters(rows, Board())
    kinds = [
        (kind, [{"forecaster": each, "row": rows.get(each.pk), "made": made.get(each.pk)} for each in of_it])
        for kind, of_it in groupby(shown, Forecaster.get_kind_display)
    ]
    labels = {"made": provenance.combined(made.values()), "shared": provenance.shared(made.values())}
    context = {"shown": shown, "kinds": kinds, **labels}
    return render(request, "content/forecasters.html", context)


@page
def forecaster(request: HttpRequest, slug: str) -> HttpResponse:
    query = read(request, PageNumber)
    shown = get_object_or_404(Forecaster.objects.select_related("parent"), slug=slug)
    now = timezone.now()
    predictions = reads.revealed_predictions(shown, now=now)
    standings = reads.standings_of(shown)
    newest = next((each.row.scope_id for each in standings if each.row.scope == Scope.SEASON), None)
    counts = reads.provenance_counts(shown)
    report = calibration_reads.of_forecaster(shown, Board())
    context = {
        "forecaster": shown,
        "follow": links.of_forecaster(shown),
        **with_crumbs(breadcrumbs.above_forecaster(), shown.name, shown.get_absolute_url()),
        "successors": shown.successors.all(),
        "overall": next((each.row for each in standings if each.row.scope == "overall"), None),
        "boards": [each for each in standings if each.row.scope != "team"],
        "team_boards": [each for each in standings if each.row.scope == "team"],
        "teams_as_of": team_board_schedule.as_of(),
        "provenance": counts,
        "shared": provenance.shared(counts),
        "shown": calibration_charts(report) if report else None,
        "course": course_charts(newest, always=shown.pk) if newest else None,
        "picks": pick_results(shown.pk),
        "pending": reads.pending_count(shown, now=now),
        "points": reads.recent_points(predictions),
        "llm_usage": usage.usage_by_forecaster(shown) if shown.kind == Forecaster.Kind.LLM else None,
        "predictions": paginate(predictions, query.values["page"], per_page=25),
    }
    return render(request, "content/forecaster.html", context)
