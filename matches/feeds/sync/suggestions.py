"""Suggest teams that an unknown name may mean, the most similar first."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from matches import categories
from matches.feeds.sync.similar_names import likeness
from matches.models import Competition, Team, TeamAlias, UnknownTeam
from matches.services.teams import category_in, fits

SHOWN = 3


class Suggestion(NamedTuple):
    """A team, and the spelling of its name that is closest to the unknown name."""

    name: str
    team: Team
    distance: int
    is_similar: bool  # else the names are only related: words are missing or abbreviated
    fits: bool  # else the team has another category or country than the competition

    def __str__(self) -> str:
        about = "" if self.fits else f", {categories.label(self.team.category) or 'unknown category'}"
        about += f", {self.team.country}" if self.team.country and not self.fits else ""
        return f"{self.name} ({self.team.slug}{about}; distance {self.distance})"


class KnownNames:
    """Names of teams that a source may use: current and former names, and the source's own aliases."""

    def __init__(self, teams: Iterable[Team], aliases: Iterable[tuple[str, Team]]) -> None:
        self._names = {(name, team.slug): team for name, team in aliases}
        self._names |= {(team.name, team.slug): team for team in teams}

    def add(self, name: str, team: Team) -> None:
        """Add a team that was created, or one that an import would create."""
        self._names[name, team.slug] = team

    def similar_to(self, name: str, competition: Competition | None) -> list[Suggestion]:
        """Return the teams that the name may mean in this competition, each with its closest spelling."""
        category = category_in(competition, name) if competition else categories.category_of_team(name)
        best: dict[str, Suggestion] = {}
        for (spelling, slug), team in self._names.items():
            own = categories.combined(categories.category_of_team(team.name), team.category) or category
            like = likeness(name, spelling, category=category, other_category=own)
            if like is not None:
                is_possible = competition is None or fits(team, name, competition)
                found = Suggestion(spelling, team, like.distance, like.is_similar, is_possible)
            elif name == spelling:
                found = Suggestion(spelling, team, 0, is_similar=True, fits=False)
            else:
                continue
            best[slug] = min(best.get(slug, found), found, key=_rank)
        return sorted(best.values(), key=_rank)


def known_names(sources: Collection[str]) -> dict[str, KnownNames]:
    """Return the known names of each source. Two queries."""
    teams = {team.pk: team for team in Team.objects.all()}
    aliases: dict[str, list[tuple[str, Team]]] = {source: [] for source in (*sources, TeamAlias.FORMER)}
    rows = TeamAlias.objects.filter(source__in=aliases)
    for source, name, team in rows.values_list("source", "name", "team"):
        if team in teams:  # else it was created in the meantime
            aliases[source].append((name, teams[team]))
    former = aliases[TeamAlias.FORMER]
    return {source: KnownNames(teams.values(), [*aliases[source], *former]) for source in sources}


def _rank(suggestion: Suggestion) -> tuple[bool, bool, int, str]:
    return not suggestion.fits, not suggestion.is_similar, suggestion.distance, suggestion.team.slug


def suggestions_for(rows: Iterable[UnknownTeam]) -> dict[int, list[Suggestion]]:
    """Return the teams that each unknown name may mean, by the id of the name; the most similar first."""
    shown = list(rows)
    known = known_names({row.source for row in shown})
    return {row.pk: known[row.source].similar_to(row.name, row.competition)[:SHOWN] for row in shown}


def near_miss(found: Iterable[Suggestion], *, apart: Collection[str]) -> Suggestion | None:
    """Return the first suggestion that may be the same team, so that a user must decide, or None.

    `apart` contains names and slugs of other teams: those that play on the same day. A suggestion in `apart`
    is left out, unless the names are nearly the same, because a file may contain two spellings of a team.
    """
    for each in found:
        if each.fits and (each.is_similar or not {each.name, each.team.slug} & set(apart)):
            return each
    return None
