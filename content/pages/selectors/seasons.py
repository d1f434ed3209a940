"""Seasons to choose from on a page, and the one to show by default."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from content.pages.forms import bad_parameter
from matches.models import Competition, Match, Season, Team
from matches.statuses import SETTLED


def of_competition(competition: Competition) -> list[Season]:
    """Return the seasons of a competition, newest first, annotated with `has_results`."""
    return list(_with_results(Season.objects.filter(competition=competition), Match.objects.all()))


def of_team(team: Team) -> list[Season]:
    """Return the seasons in which the team has matches, newest first, annotated with `has_results`."""
    matches = Match.objects.filter(Q(home_team=team) | Q(away_team=team))
    return list(_with_results(Season.objects.filter(pk__in=matches.values("season")), matches))


def _with_results(seasons: QuerySet[Season], matches: QuerySet[Match]) -> QuerySet[Season]:
    over = matches.filter(season=OuterRef("pk"), status__in=SETTLED)
    return seasons.annotate(has_results=Exists(over)).select_related("competition")


def choose(seasons: Sequence[Season], wanted: int | None, *, of: str) -> Season | None:
    """Return the requested season; by default the newest with results, else the newest; None if none exists.

    `of` names the owner of the seasons in the error message. Raises BadParameters if the requested season is
    not one of them.
    """
    if wanted is None:
        played = (season for season in seasons if getattr(season, "has_results", False))
        return next(played, seasons[0] if seasons else None)
    chosen = next((season for season in seasons if season.pk == wanted), None)
    if chosen is None:
        raise bad_parameter("season", f"{wanted} is not a season of this {of}.")
    return chosen
