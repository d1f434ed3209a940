"""Card of a leaderboard: an SVG image of its first rows, for other sites."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from content.pages import labels
from content.pages.forms import PageQuery, read
from content.pages.selectors import freshness, provenance
from content.pages.syndication import legal
from content.pages.views.page import page
from core.http.links import absolute, link
from stats.api.leaderboard_parameters import LeaderboardFilters
from stats.leaderboard_page import Ranking
from stats.metrics import metric_of
from stats.refresh import matviews

WIDTH, HEIGHT = 600, 315
ROWS = 5
MAX_AGE = 300  # seconds
MAX_NAME = 34  # characters that fit into a row


@page
def card(request: HttpRequest) -> HttpResponse:
    """Return the card of the board with these parameters, which are those of the leaderboard page."""
    query = read(request, LeaderboardFilters)
    board, metric = LeaderboardFilters.board(query.values), _metric(query)
    found = Ranking.of(board, query.values).page(1, ROWS)
    made_of = provenance.combined(row.made_of for row in found.rows)
    context = {
        "title": legal(title_of(query.values)),
        "notes": _notes(query, made_of),
        "metric": metric,
        "rows": [(row, legal(row.name)) for row in found.rows],
        "as_of": freshness.current(timezone.now(), view=matviews.view_of(board.scope)).updated_at,
        "site": absolute(link("leaderboard")).partition("://")[2],
        "size": (WIDTH, HEIGHT),
        "max_name": MAX_NAME,
    }
    response = render(request, "content/board_card.svg", context, content_type="image/svg+xml")
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE}"
    return response


def title_of(values: dict[str, Any]) -> str:
    """Return the name of a board: of its team, season or competition."""
    subject = values["team"] or values["season"] or values["competition"]
    return str(subject) if subject else "All competitions"


def _metric(query: PageQuery) -> Any:
    return metric_of(query.values["ordering"])


def _notes(query: PageQuery, made_of: str) -> str:
    """Return filters and kind of predictions in words, e.g. "llm, back-test"; empty if there are none."""
    filters = [query.given[name] for name in ("kind", "min_matches") if name in query.given]
    kinds = [] if made_of == "live" else [labels.PROVENANCES[made_of]]
    worst_first = ["highest first"] if query.values["ordering"].startswith("-") else []
    return ", ".join([*filters, *kinds, *worst_first])
