"""Page about the robustness of a leaderboard: its lead, other point rules, and skill."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from content.pages.forms import read
from content.pages.selectors import provenance
from content.pages.views.page import page
from stats.analysis.difficulty import difficulties
from stats.analysis.lead import lead_of
from stats.analysis.other_rules import RULE_NAMES, rule_switch
from stats.analysis.skill import skill_tables
from stats.api.board_parameters import BoardParameters
from stats.leaderboards import rows_of


@page
def robustness(request: HttpRequest) -> HttpResponse:
    query = read(request, BoardParameters)
    board = BoardParameters.board(query.values)
    kinds = rows_of(board).values_list("made_of", flat=True).order_by().distinct()
    context = {
        "board": board,
        "made": provenance.combined(kinds),
        "lead": lead_of(board),
        "switch": rule_switch(board),
        "rule_names": RULE_NAMES,
        "skill": skill_tables(board),
        "difficulty": difficulties(board),
        "board_query": urlencode(query.given),
    }
    return render(request, "content/robustness.html", context)
