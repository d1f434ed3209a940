"""Page that compares two forecasters."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from content.pages.charts import plane as charts
from content.pages.forms import PageQuery, read
from content.pages.views.page import page
from matches.models import Forecaster
from stats.analysis.common_matches import CommonMatch, unit_of
from stats.analysis.head_to_head import HeadToHead, Look, MetricComparison, head_to_head
from stats.api.board_parameters import METRIC_NAMES, PROVENANCES, PairParameters
from stats.api.compare import thinned
from stats.inference.confidence_sequences import MIN_MATCHES

MOST_OPTIONS = 300  # with more forecasters, the form has text fields for slugs
CHART_LOOKS, TABLE_LOOKS = 100, 12
GROUP_HEADINGS = {"stage": "By stage", "favourite": "Favourite or upset", "result": "By result"}


@page
def compare(request: HttpRequest) -> HttpResponse:
    query = read(request, PairParameters)
    board = PairParameters.board(query.values)
    context = {
        "query": query,
        "board": board,
        "choices": _forecasters(),
        "provenances": PROVENANCES,
        "metrics": METRIC_NAMES,
        "api_query": urlencode(query.given),
    }
    if query.values["b"] is not None:
        a, b = PairParameters.pair(query.values)
        found = head_to_head(a, b, board, query.values["provenance"])
        context |= {"found": found, "a": a, "b": b, "least": MIN_MATCHES} | _details(found, query)
    return render(request, "content/compare.html", context)


def _forecasters() -> list[Forecaster]:
    """Return all forecasters for the form, or [] if there are too many for a list."""
    found = list(Forecaster.objects.order_by("kind", "name")[: MOST_OPTIONS + 1])
    return found if len(found) <= MOST_OPTIONS else []


def _details(found: HeadToHead, query: PageQuery) -> dict[str, Any]:
    """Return the parts of the page that are about one metric; {} if there is no common match."""
    if not found.metrics:
        return {}
    chosen = next(
        (each for each in found.metrics if each.metric.name == query.values["metric"]), found.metrics[0]
    )
    name = chosen.metric.name
    looks = found.looks(name)
    shown = [each for each in looks if each.low is not None] or looks
    return {
        "chosen": chosen,
        "chart": _chart(thinned(shown, CHART_LOOKS), chosen),
        "looks": thinned(shown, TABLE_LOOKS),
        "record": found.record,
        "largest": [_row(each, name) for each in found.largest(name)],
        "groups": [(GROUP_HEADINGS[by], groups) for by, groups in found.groups(name).items()],
        "mixed": found.counts["mixed"],
    }


class DifferenceRow(NamedTuple):
    """Match with the scores of both forecasters and their difference."""

    match: CommonMatch
    a: float
    b: float
    difference: float


def _row(match: CommonMatch, metric: str) -> DifferenceRow:
    unit = unit_of(metric)
    a, b = getattr(match.a, metric) / unit, getattr(match.b, metric) / unit
    return DifferenceRow(match, a, b, a - b)


class SequenceChart(NamedTuple):
    """Coordinates of the chart of a difference and its interval after each common match."""

    plane: charts.Plane
    band: str
    line: str
    zero: float


def _chart(looks: list[Look], chosen: MetricComparison) -> SequenceChart:
    ends = [end for look in looks for end in (look.difference, look.low, look.high) if end is not None]
    plane = charts.plane(
        (looks[0].matches, looks[-1].matches), charts.span(ends), y_places=min(chosen.metric.decimals, 3)
    )
    high = [(look.matches, look.high) for look in looks if look.high is not None]
    low = [(look.matches, look.low) for look in looks if look.low is not None]
    return SequenceChart(
        plane,
        band=plane.path([*high, *low[::-1]]),
        line=plane.path((look.matches, look.difference) for look in looks),
        zero=plane.up(0),
    )
