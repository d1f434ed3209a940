"""Leaderboard page."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from content.pages.charts import certainty
from content.pages.charts.course_charts import course_charts
from content.pages.follow import link_images
from content.pages.follow.oembed import discovery
from content.pages.forms import PageQuery, read
from content.pages.selectors import freshness, provenance
from content.pages.views.page import page, paginate
from core.db import sql
from stats.analysis.common_matches import PAIRED_METRICS
from stats.api.leaderboard_parameters import COMMON, OWN, LeaderboardFilters
from stats.leaderboard_page import Ranked, Ranking
from stats.metrics import ADJUSTED, RANKED, Metric, metric_of
from stats.models import Provenance, Scope
from stats.refresh import matviews
from stats.row_inference import WHY_NOT

ROWS = 50  # per page
_BOARDS = sql.read("content/sql/board_choices.sql")
_GROUPS = {
    "competition": "Competitions",
    "season": "Seasons (newest, or all of the selected competition)",
    "team": "Teams",
}


@page
def leaderboard(request: HttpRequest) -> HttpResponse:
    if "board" in request.GET:
        return _redirect_to_parameters(request)
    query = read(request, LeaderboardFilters)
    chosen, board = query.values, LeaderboardFilters.board(query.values)
    order = chosen["ordering"]
    ranking = Ranking.of(board, chosen)
    number, view_name = chosen["page"], matviews.view_of(board.scope)
    boards = _board_choices_statement(chosen)
    image = link_images.statement(board.scope, board.scope_id)
    with sql.prefetch(ranking.statement(number, ROWS), boards, freshness.statement(view_name), image):
        found = LeaderboardFilters.fetch(chosen, ROWS)
        context = {
            "board": board,
            "view_name": view_name,
            "boards": _board_choices(boards),
            "chosen_board": _choice(chosen),
            "query": query,
            "rows": found.rows,
            "provisional_below": found.provisional_below,
            "shown": paginate(found, number, per_page=ROWS),
            "board_provenance": provenance.combined(row.made_of for row in found.rows),
            "shared": provenance.shared(row.made_of for row in found.rows),
            "columns": [_column(metric, order=order) for metric in RANKED],
            "certainty": certainty.of_page(found, metric_of(order)),
            "inference": found.inference,
            "fixed_rule": certainty.FIXED.name,
            "why_not": WHY_NOT.get(found.inference.why_not or ""),
            "adjusted": ADJUSTED.get(order),
            "gaps": _gaps(order, chosen["gaps"]),
            "common_matches": found.common_matches,
            "worst_first": _worst_first(order),
            "is_filtered": ranking.is_filtered,
            "no_filters": dict.fromkeys(ranking.filters()),
            "api_query": urlencode(query.given),
            "board_query": urlencode(
                {name: query.given[name] for name in ("competition", "season") if name in query.given}
            ),
            "compare_query": _compare_query(query, found.rows),
            "course": course_charts(board.scope_id)
            if ranking.board.scope == Scope.SEASON and not ranking.is_filtered and number == 1
            else None,
            "link_image": link_images.image_of(board.scope, board.scope_id),
            "follow": [discovery(request.get_full_path(), "Leaderboard")],
        }
        return render(request, "content/leaderboard.html", context)


def _redirect_to_parameters(request: HttpRequest) -> HttpResponse:
    """Redirect from the form's `board` parameter to the API's parameters: `season:3` becomes `season=3`."""
    given = request.GET.dict()
    scope, _, value = given.pop("board").partition(":")
    tidy = {name: text for name, text in given.items() if text not in ("", "all")} | (
        {scope: value} if value else {}
    )
    return HttpResponseRedirect(f"{request.path}?{urlencode(tidy)}" if tidy else request.path)


def _board_choices_statement(chosen: dict[str, Any]) -> sql.Statement:
    """Return the statement that selects the boards to choose from; see content/sql/board_choices.sql."""
    competition = chosen["competition"] or (chosen["season"] and chosen["season"].competition)
    return _BOARDS, {"competition": competition.pk if competition else None}


def _board_choices(statement: sql.Statement) -> list[tuple[str, list[tuple[str, str]]]]:
    """Fetch the boards as choices of the HTML form: (heading of a group, [(value, label), ...]) pairs."""
    found: dict[str, list[tuple[str, str]]] = {heading: [] for heading in _GROUPS.values()}
    for scope, value, name in sql.fetch_all(*statement):
        found[_GROUPS[scope]].append((f"{scope}:{value}", name))
    return list(found.items())


def _choice(chosen: dict[str, Any]) -> str:
    """Return the requested board as a value of the HTML form, e.g. "season:3"; "" for the overall board."""
    if chosen["team"]:
        return f"team:{chosen['team'].slug}"
    if chosen["season"]:
        return f"season:{chosen['season'].pk}"
    return f"competition:{chosen['competition'].slug}" if chosen["competition"] else ""


def _compare_query(query: PageQuery, rows: Sequence[Ranked]) -> str:
    """Return the query string of the comparisons with the first row; the other's slug is appended.

    It is empty if there is nothing to compare: on boards of teams and of hindsight predictions, and on pages
    other than the first.
    """
    values = query.values
    if values["team"] or values["provenance"] == Provenance.HINDSIGHT or values["page"] > 1 or len(rows) < 2:
        return ""
    kept = {
        name: query.given[name] for name in ("competition", "season", "provenance") if name in query.given
    }
    metric = metric_of(values["ordering"])
    chosen = {"metric": metric.name} if metric in PAIRED_METRICS else {}
    return f"?{urlencode(kept | chosen | {'a': rows[0].slug})}&b="


def _gaps(order: str, chosen: str) -> list[tuple[str, dict[str, str | None], bool]]:
    """Return the ways to treat missing matches: label, query parameters, and True if it is the chosen one."""
    name = metric_of(order).name
    adjusted = f"adjusted_{name}"
    ordering = name if order in ADJUSTED else order
    choices: list[tuple[str, dict[str, str | None], bool]] = [
        ("own matches", {"ordering": ordering, "gaps": None}, chosen == OWN and order not in ADJUSTED),
        ("common to all shown", {"ordering": ordering, "gaps": COMMON}, chosen == COMMON),
    ]
    if adjusted in ADJUSTED:
        choices.insert(
            1, ("adjusted for difficulty", {"ordering": adjusted, "gaps": None}, order == adjusted)
        )
    return choices


def _worst_first(order: str) -> Metric | None:
    """Return the metric of the order if the worst values come first, e.g. RPS for `-rps`; else None."""
    metric = metric_of(order)
    return metric if order.startswith("-") and not metric.higher_is_better else None


class Column(NamedTuple):
    """Leaderboard column of a metric. The link in its heading sorts the page by `ordering`.

    It is a tuple, because templates unpack tuples faster than they read attributes, and a page has 350 cells.
    """

    metric: Metric
    name: str
    is_first: bool
    ordering: str
    aria_sort: str


def _column(metric: Metric, *, order: str) -> Column:
    """Return the column of a metric. `order` is the order of the page.

    If the page is sorted by this metric and lower values are better, the link in the heading reverses the
    order.
    """
    is_active = order.removeprefix("-") == metric.name
    descending = order.startswith("-") or metric.higher_is_better
    return Column(
        metric,
        metric.name,
        is_first=metric is RANKED[0],
        ordering=f"-{metric.name}" if is_active and not descending else metric.name,
        aria_sort=("descending" if descending else "ascending") if is_active else "",
    )
