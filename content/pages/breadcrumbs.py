"""Breadcrumbs: the pages above a page, from the widest to the nearest."""

from typing import NamedTuple

from content.models import Digest, Roundup
from content.pages.filters import stage_and_round, url_of_round
from core.http.links import link
from matches.models import Competition, Match, Season


class Crumb(NamedTuple):
    name: str
    path: str


def _list(name: str, label: str) -> Crumb:
    return Crumb(label, link(name))


def _of_season(season: Season) -> Crumb:
    return Crumb(str(season), f"{season.competition.get_absolute_url()}?season={season.pk}")


def _of_match(match: Match) -> Crumb:
    return Crumb(f"{match.home_team.short_name} - {match.away_team.short_name}", match.get_absolute_url())


def above_competition() -> list[Crumb]:
    return [_list("competitions", "Competitions")]


def above_round(competition: Competition, season: Season) -> list[Crumb]:
    name = Crumb(competition.name, competition.get_absolute_url())
    return [*above_competition(), name, _of_season(season)._replace(name=season.label)]


def above_match(match: Match) -> list[Crumb]:
    return [_of_season(match.season), Crumb(stage_and_round(match), url_of_round(match))]


def above_team(season: Season | None) -> list[Crumb]:
    teams = _list("teams", "Teams")
    if season is None:
        return [teams]
    in_season = teams._replace(path=f"{teams.path}?season={season.pk}")
    return [*above_competition(), _of_season(season), in_season]


def above_forecaster() -> list[Crumb]:
    return [_list("forecasters", "Forecasters")]


def above_roundup(roundup: Roundup) -> list[Crumb]:
    match = roundup.match
    of_round = Crumb(f"{match.season}, {match.round_label}", url_of_round(match))
    return [_list("roundups", "Roundups"), of_round, _of_match(match)]


def above_digest(digest: Digest) -> list[Crumb]:
    return [_list("roundups", "Roundups"), _list("digests", "Digests"), _of_season(digest.stage.season)]
