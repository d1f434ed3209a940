"""Home page, list of competitions, and competition page with a season's stages, rounds and leaderboard."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from rest_framework import serializers

from content.digests import reads as digest_reads
from content.pages.forms import bad_parameter, read
from content.pages.selectors import match_lists, provenance, stage_sections, ties
from content.pages.views.page import page
from content.roundups import out_of_date
from core.api.query_params import MAX_ID, QueryParameters, Whole
from matches.models import Competition, Season
from stats.leaderboards import Board, leaderboard


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
        "made": provenance.combined({*made.values(), *match_lists.provenances(results)}),
        "roundups": out_of_date.published()[:3],
    }
    return render(request, "content/home.html", context)


class SeasonAndRound(QueryParameters):
    season = Whole(min_value=1, max_value=MAX_ID, required=False)
    stage = Whole(min_value=1, max_value=MAX_ID, required=False)
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
        context |= _of(season, query["stage"], query["round"] or "")
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


def _of(season: Season, stage_id: int | None, label: str) -> dict[str, Any]:
    """Return the template context of a season: its stages, one round, top forecasters, last roundups.

    `stage_id` and `label` select the round. Without `label` it is the round in play of this stage; without
    `stage_id`, of all stages with a table. Raises BadParameters if the season has no such stage, Http404
    if there is no such round.
    """
    sections = stage_sections.sections(season)
    if stage_id not in {None, *(section.stage.pk for section in sections)}:
        raise bad_parameter("stage", f"{stage_id} is not a stage of this season.")
    with_table = [section.stage.pk for section in sections if section.stage.has_table]
    shown = _round(season, [stage_id] if stage_id else with_table, stage_id, label)
    board = Board.of(season)
    top = list(leaderboard(board)[:10])
    made = provenance.of_forecasters([row.forecaster_id for row in top], board)
    listed = [line for section in sections for _, lines in section.rounds for line in lines]
    return {
        **shown,
        "sections": sections,
        "brackets": {each.stage.pk: each for each in ties.knockout_stages(season)},
        "has_tables": any(section.part.tables for section in sections),
        "top": top,
        "made": provenance.combined({*made.values(), *match_lists.provenances([*shown["lines"], *listed])}),
        "digests": digest_reads.published().filter(stage__season=season)[:5],
        "roundups": out_of_date.published().filter(match__season=season)[:5],
    }


def _round(season: Season, by_default: list[int], stage_id: int | None, label: str) -> dict[str, Any]:
    """Return the template context of the round with this label, by default of the round in play.

    The round in play is chosen from the stages with the ids `by_default`. Without `stage_id`, the label
    is looked up in all stages. Raises Http404 if there is no round with this label.
    """
    rounds = match_lists.rounds(season)
    matches = season.matches.filter(stage__in=by_default)
    wanted = (stage_id, label) if label else match_lists.round_in_play(matches)
    found = [each for each in rounds if wanted in ((each.stage_id, each.label), (None, each.label))]
    if rounds and label and not found:
        raise Http404(f"{season} has no round {label!r}.")
    if not found:
        return {"rounds": rounds, "round": None, "lines": []}
    place = rounds.index(found[0])
    in_round = match_lists.matches().filter(stage=found[0].stage_id, round_label=found[0].label)
    return {
        "rounds": rounds,
        "round": found[0],
        "previous_round": rounds[place - 1] if place > 0 else None,
        "next_round": rounds[place + 1] if place + 1 < len(rounds) else None,
        "lines": match_lists.lines(in_round.order_by("kickoff_at", "pk")),
    }
