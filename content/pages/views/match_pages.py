"""List of matches, match page, and list of corrected results."""

from datetime import date, time
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from content.pages import breadcrumbs
from content.pages.follow import link_images
from content.pages.follow.oembed import discovery
from content.pages.follow.structured_data import match_event, with_crumbs
from content.pages.forms import read
from content.pages.selectors import (
    consensus,
    freshness,
    match_days,
    match_history,
    neighbours,
    provenance,
    ties,
)
from content.pages.selectors import match_lists as reads
from content.pages.selectors.overviews.match_before import before
from content.pages.views.page import page, paginate
from core.api.query_params import PageNumber
from core.db import sql
from core.db.prepared import MAX_ID
from matches.api.matches import MatchFilters
from matches.models import Match
from matches.statuses import OPEN, UNSETTLED
from scoring import corrections as corrected
from scoring.api.corrections import CorrectionFilters
from stats.refresh import matviews


@page
def matches(request: HttpRequest) -> HttpResponse:
    """List matches: by default the next five, then those that have kicked off, newest first.

    Filters by team, season, stage, group or competition keep these two parts. With any other filter, there is
    a single list of all matches that pass it: earliest first if the filter selects one day, or only open or
    unfinished matches, else newest first. A strip leads to the days around the selected day, or around today.
    """
    query = read(request, MatchFilters)
    chosen, now = query.values, timezone.now()
    rows = MatchFilters.apply(reads.matches(), chosen)
    is_overview = query.given.keys() <= {"team", "season", "stage", "group", "competition"}
    played = rows.filter(kickoff_at__lt=now) if is_overview else rows
    day = _selected_day(chosen)
    next_first = day or chosen["open"] or set(chosen["status"] or [""]) <= set(UNSETTLED)
    ordered = played.order_by("kickoff_at", "pk") if next_first else played.order_by("-kickoff_at", "-pk")
    shown = paginate(ordered, chosen["page"], per_page=50)
    lines = reads.lines(shown.object_list)
    season = chosen["season"] or (chosen["stage"] and chosen["stage"].season)
    context = {
        "query": query,
        "day": day,
        "days": match_days.days_around(
            MatchFilters.apply(reads.matches(), chosen | {"from": None, "to": None}), day or now.date()
        ),
        "today": now.date(),
        "stages": reads.stage_choices(season) if season else [],
        "groups": reads.group_choices(season) if season else [],
        "shown": shown,
        "lines": lines,
        "to_come": reads.to_come(rows, now, 5) if is_overview and shown.number == 1 else [],
        "made": provenance.combined(reads.provenances(lines)),
    }
    return render(request, "content/matches.html", context)


def _selected_day(chosen: dict[str, Any]) -> date | None:
    """Return the day if the filters `from` and `to` select exactly one, else None."""
    first, last = chosen["from"], chosen["to"]
    is_day = first and last and first.time() == time.min and last.time() == time.max
    return first.date() if is_day and first.date() == last.date() else None


@page
def match(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one match. Until predictions are revealed, only their number is shown."""
    query = read(request, PageNumber)
    if pk > MAX_ID:
        raise Http404(f"No match with id {pk}.")
    about = [
        reads.statement(pk),
        consensus.statement(pk),
        *match_history.statements(pk),
        neighbours.statement(pk),
        link_images.statement("match", pk),
    ]
    with sql.prefetch(*about, freshness.statement()):
        return render(request, "content/match.html", _context(reads.match(pk), query.values["page"]))


def _context(match: Match, number: int) -> dict[str, Any]:
    now = timezone.now()
    is_locked, is_revealed = now >= match.lock_at, now >= match.reveal_at
    past = match_history.with_moves(match_history.history_of(match), named=is_revealed)
    field = consensus.field_of(match)
    kickoffs = match_history.kickoffs_of(match, named=is_revealed)
    context = {
        "match": match,
        "now": now,
        "history": past,
        "kickoffs": kickoffs,
        "boards": matviews.newest() if past.correction else None,
        "commitments": match_history.commitments_to(match),
        "tie": ties.line_of(match),
        "neighbours": neighbours.neighbours_of(match),
        "before": before(match, now=now) if match.status in UNSETTLED else None,
        "is_locked": is_locked,
        "is_revealed": is_revealed,
        "is_open": not is_locked and match.status in OPEN,
        "link_image": link_images.image_of("match", match.pk),
        "follow": [discovery(match.get_absolute_url(), f"{match.home_team.name} - {match.away_team.name}")],
        **with_crumbs(
            breadcrumbs.above_match(match),
            f"{match.home_team.name} - {match.away_team.name}",
            match.get_absolute_url(),
            match_event(match, kickoffs.moves),
        ),
    }
    if is_revealed:
        return context | _revealed_context(match, past, field, number)
    return context | {"count": field.count}


def _revealed_context(
    match: Match, past: match_history.History, field: consensus.Field, number: int
) -> dict[str, Any]:
    """Return the template context that is public only after the predictions are revealed."""
    stakes = consensus.stakes(match, field, past.settlement)
    return {
        "field": field,
        "stakes": stakes,
        "grid": consensus.score_grid(field.picks, None if match.is_void else match.counting_score),
        "predictions": paginate(consensus.PickList(match), number, per_page=100, count=field.count),
        "made": provenance.combined(field.provenances),
        "shared": provenance.shared(field.provenances),
    }


@page
def corrections(request: HttpRequest) -> HttpResponse:
    """List all results that replaced a final one, newest first."""
    query = read(request, CorrectionFilters)
    rows = CorrectionFilters.apply(corrected.corrections(), query.values)
    shown = paginate(rows, query.values["page"], per_page=25)
    context = {
        "query": query,
        "competition": query.values["competition"],
        "shown": shown,
        "changes": corrected.summed(shown.object_list),
        "boards": matviews.newest(),
    }
    return render(request, "content/corrections.html", context)
