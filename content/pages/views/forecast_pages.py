"""Season forecast of a stage, and the page about the back-test of these forecasts."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from content.pages.charts.forecast_charts import backtest_chart
from content.pages.forecast_words import needs_in_words
from content.pages.forms import read
from content.pages.views.page import page
from core.api.query_params import QueryParameters
from matches.api.reference import season_parameter
from matches.models import Stage
from stats.api.board_parameters import forecaster_parameter
from stats.season_forecasts import forecast_reads

MOST_BACKTESTS = 10  # seasons on the page


class ForecastViewParameters(QueryParameters):
    forecaster = forecaster_parameter("A forecaster's slug.")


class ChosenBacktest(QueryParameters):
    season = season_parameter()


@page
def season_forecast(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the forecast of a stage by the baseline or, with `forecaster`, as that forecaster sees it."""
    query = read(request, ForecastViewParameters)
    stage = get_object_or_404(Stage.objects.select_related("season__competition"), pk=pk)
    views = list(forecast_reads.forecasts(stage))
    if not any(view.forecaster is None for view in views):
        raise Http404(f"{stage} has no season forecast.")
    forecaster = query.values["forecaster"]
    base = forecast_reads.show([stage])[0]
    own = forecast_reads.show([stage], forecaster) if forecaster else []
    context = {
        "stage": stage,
        "season": stage.season,
        "is_only_stage": stage.season.stages.count() == 1,
        "views": views,
        "forecaster": forecaster,
        "has_own": bool(own),
        "shown": own[0] if own else base,
        "needs": [(group, needs_in_words(group)) for group in base.needs],
        "has_backtest": bool(forecast_reads.backtests([stage.season])),
        "query": query,
    }
    return render(request, "content/season_forecast.html", context)


@page
def backtest(request: HttpRequest) -> HttpResponse:
    """Show the back-tests of complete leagues, or those of one season."""
    season = read(request, ChosenBacktest).values["season"]
    found = forecast_reads.backtests([season] if season else None)[:MOST_BACKTESTS]
    context = {"season": season, "charts": [backtest_chart(each) for each in found]}
    return render(request, "content/places_backtest.html", context)
