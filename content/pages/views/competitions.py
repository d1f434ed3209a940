"""Home page, list of competitions, and competition page with a season's table, rounds and leaderboard."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from rest_framework import serializers

from content.pages.forms import bad_parameter, read
from content.pages.selectors import match_lists, provenance, ties
from content.pages.views.page import page
from content.roundups import out_of_date
from core.api.query_params import MAX_ID, QueryParameters, Whole
from matches.models import Competition, Season
from stats.leaderboards import Board, leaderboard
from stats.refresh import matviews
from stats.standings import adjustments, standings


@page
def home(request: HttpRequest) -> HttpResponse:
    read(request)
    top = list(leaderboard(Board())[:5])
    made = provenance.of_forecasters([row.forecaster_id for row in top], Board())
    results = match_lists.latest_results(6)
    context = {
        "results": results,
        "upcoming": match_lists.next_matches(timezone.now(), 5),
        "top": top,
        "made": provenance.combined({*made.values(), match_lists.provenance_of(results)}),
        "roundups": out_of_date.published()[:3],
    }
    return render(request, "content/home.html", context)


class SeasonAndRound(QueryParameters):
    season = Whole(min_value=1, max_value=MAX_ID, required=False)
    round = serializers.CharField(required=False)


@page
def competitions(request: HttpRequest) -> HttpResponse:
    read(request)
    shown = Competition.objects.prefetch_related("seasons")
    return render(request, "content/competitions.html", {"competitions": shown})


@page
def competition(request: HttpRequest, slug: str) -> HttpResponse:
    query = read(request, SeasonAndRound).values
    shown = get_object_or_404(Competition, slug=slug)
    seasons = list(shown.seasons.select_related("competition"))
    season = _season(seasons, query["season"])
    context = {"competition": shown, "seasons": seasons, "season": season}
    if season:
        context |= _of(season, query["round"] or "")
    return render(request, "content/competition.html", context)


def _season(seasons: list[Season], wanted: int | None) -> Season | None:
    """Return the requested season, by default the newest; None if the competition has no season.

    Raises BadParameters if the season belongs to another competition.
    """
    if wanted is None:
        return seasons[0] if seasons else None
    chosen = next((each for each in seasons if each.pk == wanted), None)
    if chosen is None:
        raise bad_parameter("season", f"{wanted} is not a season of this competition.")
    return chosen


def _of(season: Season, label: str) -> dict[str, Any]:
    """Return the template context of a season: league table, one round, top forecasters, last roundups.

    `label` selects the round; "" means the round in play. Raises Http404 if the season has no such round.
    """
    labels = match_lists.rounds(season)
    label = label or match_lists.round_in_play(season) or ""
    if labels and label not in labels:
        raise Http404(f"{season} has no round {label!r}.")
    place = labels.index(label) if labels else 0
    in_round = match_lists.matches().filter(season=season, round_label=label).order_by("kickoff_at", "pk")
    lines = match_lists.lines(in_round)
    board = Board.of(season)
    top = list(leaderboard(board)[:10])
    made = provenance.of_forecasters([row.forecaster_id for row in top], board)
    return {
        **_table(season),
        "knockouts": ties.knockout_stages(season),
        "rounds": labels,
        "round": label,
        "previous_round": labels[place - 1] if place > 0 else "",
        "next_round": labels[place + 1] if place + 1 < len(labels) else "",
        "lines": lines,
        "top": top,
        "made": provenance.combined({*made.values(), match_lists.provenance_of(lines)}),
        "roundups": out_of_date.published().filter(match__season=season)[:5],
    }


def _table(season: Season) -> dict[str, Any]:
    """Return the league table and the points adjustments that it includes."""
    version = matviews.newest(matviews.STANDINGS)
    decided = adjustments(season.pk, counted_by=version.started_at if version else None)
    return {"standings": standings(season.pk), "adjustments": list(decided)}
