"""Page about the calibration of the forecasters of a leaderboard."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from content.pages.charts.calibration_charts import calibration_charts, parts_plane
from content.pages.forms import read
from content.pages.views.page import page
from stats.analysis import calibration_reads
from stats.api.board_parameters import BoardParameters
from stats.api.calibration_reports import CALIBRATED, REASON, CalibrationParameters


@page
def calibration(request: HttpRequest) -> HttpResponse:
    query = read(request, CalibrationParameters)
    board = BoardParameters.board(query.values)
    provenance, reports = calibration_reads.listed(board, query.values["provenance"])
    forecaster = query.values["forecaster"] or (reports[0].forecaster if reports else None)
    report = forecaster and calibration_reads.of_forecaster(forecaster, board, provenance)
    context = {
        "board": board,
        "query": query,
        "provenance": provenance,
        "provenances": CALIBRATED,
        "reports": reports,
        "plane": parts_plane(reports),
        "forecaster": forecaster,
        "shown": calibration_charts(report) if report else None,
        "reason": REASON,
        "api_query": urlencode(query.given),
        "board_query": urlencode({name: query.given[name] for name in _BOARD if name in query.given}),
    }
    return render(request, "content/calibration.html", context)


_BOARD = ("competition", "season")
