"""Home page, list of competitions, competition page with a season's stages and leaderboard, round page."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from rest_framework import serializers

from content.digests import reads as digest_reads
from content.pages import breadcrumbs
from content.pages.charts.course_charts import course_charts
from content.pages.follow import links
from content.pages.follow.link_images import image_of
from content.pages.follow.structured_data import with_crumbs
from content.pages.forms import bad_parameter, read
from content.pages.selectors import match_lists, provenance, rounds, seasons, stage_sections, ties
from content.pages.selectors.overviews import home as overview
from content.pages.views.page import page
from content.roundups import out_of_date
from core.api.query_params import MAX_ID, QueryParameters, Whole
from core.http.links import link
from matches.models import Competition, Season, Stage
from stats.analysis.difficulty import difficulties
from stats.leaderboard_page import Ranking
from stats.leaderboards import Board, leaderboard
from stats.season_forecasts.forecast_reads import stages_with_forecast


@page
def home(request: HttpRequest) -> HttpResponse:
    read(request)
    now, forecasters = timezone.now(), overview.forecaster_kinds()
    matchday = overview.last_matchday(now)
    shown = match_lists.provenances(matchday.lines) if matchday else set()
    context = {
        "forecasters": forecasters,
        "top": list(leaderboard(Board())[:5]),
        "certain": Ranking(Board()).page(1, 1),
        "course": course_charts(matchday.match.season_id) if matchday else None,
        "matchday": matchday,
        "coming": overview.coming(now),
        "now": now,
        "made": provenance.combined(forecasters.provenances | shown),
        "digest": digest_reads.published().first(),
        "upset": overview.last_upset(),
        "roundups": overview.newest_roundups(3),
        "link_image": image_of("overall"),
    }
    return render(request, "content/home.html", context)


class ChosenSeason(QueryParameters):
    season = Whole(min_value=1, max_value=MAX_ID, required=False)


class SeasonAndRound(ChosenSeason):
    stage = Whole(min_value=1, max_value=MAX_ID, required=False)
    round = serializers.CharField(required=False)


@page
def competitions(request: HttpRequest) -> HttpResponse:
    read(request)
    shown = Competition.objects.prefetch_related("seasons")
    return render(request, "content/competitions.html", {"competitions": shown})


@page
def competition(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a season of a competition. A round has a page of its own, to which its old address redirects."""
    query = read(request, SeasonAndRound)
    if query.values["stage"] or query.values["round"]:
        return HttpResponseRedirect(f"{link('round', slug)}?{urlencode(query.given)}")
    shown = get_object_or_404(Competition, slug=slug)
    found = seasons.of_competition(shown)
    season = seasons.choose(found, query.values["season"], of="competition")
    context = {
        "competition": shown,
        "seasons": found,
        "season": season,
        "follow": links.of_competition(shown),
        **with_crumbs(breadcrumbs.above_competition(), shown.name, shown.get_absolute_url()),
    }
    if season:
        context |= _of(season)
    return render(request, "content/competition.html", context)


def _of(season: Season) -> dict[str, Any]:
    """Return the template context of a season: its stages, the round in play, top forecasters, last roundups.

    The round in play is one of a stage with a table.
    """
    sections = stage_sections.sections(season)
    with_table = [section.stage.pk for section in sections if section.stage.has_table]
    shown = rounds.show(season, among=with_table)
    board = Board.of(season)
    top = list(leaderboard(board)[:10])
    made = provenance.of_forecasters([row.forecaster_id for row in top], board)
    listed = [line for section in sections for _, lines in section.rounds for line in lines]
    return {
        "shown": shown,
        "sections": sections,
        "link_image": image_of("season", season.pk),
        "difficulty": difficulties(board),
        "brackets": {each.stage.pk: each for each in ties.knockout_stages(season)},
        "forecasts": list(stages_with_forecast(season)),
        "has_tables": any(section.part.tables for section in sections),
        "top": top,
        "made": provenance.combined({*made.values(), *match_lists.provenances([*shown.lines, *listed])}),
        "digests": digest_reads.published().filter(stage__season=season)[:5],
        "roundups": out_of_date.published().filter(match__season=season)[:5],
    }


@page
def round_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a round with its best forecasters; by default the round in play of the season or stage."""
    query = read(request, SeasonAndRound).values
    shown = get_object_or_404(Competition, slug=slug)
    season = _season_of_round(shown, query["season"], query["stage"])
    found = rounds.show(season, stage=query["stage"], label=query["round"] or "")
    if found.round is None:
        raise Http404(f"{season} has no matches.")
    board = rounds.best_of(found.round.stage_id, found.round.label, 10)
    context = {
        "competition": shown,
        "season": season,
        "shown": found,
        "best": board,
        "made": provenance.combined(match_lists.provenances(found.lines)),
        "roundups": out_of_date.published().filter(match__in=[line.match for line in found.lines])[:20],
        **with_crumbs(breadcrumbs.above_round(shown, season), found.round.title, found.round.url(season)),
    }
    return render(request, "content/round.html", context)


def _season_of_round(competition: Competition, season_id: int | None, stage_id: int | None) -> Season:
    """Return the season of a round. Raises BadParameters or Http404 if it does not exist."""
    found = seasons.of_competition(competition)
    if stage_id is not None:
        stage = Stage.objects.filter(pk=stage_id, season__competition=competition).first()
        if stage is None or season_id not in (None, stage.season_id):
            raise bad_parameter("stage", f"{stage_id} is not a stage of this season.")
        season_id = stage.season_id
    season = seasons.choose(found, season_id, of="competition")
    if season is None:
        raise Http404(f"{competition} has no season.")
    return season
