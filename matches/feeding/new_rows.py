"""Seasons and teams that a file names: found by name, or made where somebody asked for that."""

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from matches.feeds.tables import TableRow
from matches.models import Competition, Season, Team
from matches.teams import TeamUnknown, new_team


class SeasonUnknown(LookupError):
    """A competition, or a season of it, that is not there, or whose name fits several."""


@dataclass(slots=True)
class NewRows:
    """What may be made. Everything is made before the row that needs it, and stays where that is refused."""

    create_teams: bool = False
    create_seasons: bool = False
    slugs: dict[str, str] = field(default_factory=dict)  # what a file calls a competition -> our slug
    teams: list[str] = field(default_factory=list)  # names of those that were made
    seasons: dict[str, Season] = field(default_factory=dict)  # those that were made
    _known: dict[tuple[str, str], Season] = field(default_factory=dict)

    def season_of(self, row: TableRow, day: date) -> Season:
        """The season that a row names. Raises SeasonUnknown."""
        key = row.competition, row.season
        if key not in self._known:
            self._known[key] = self._season(row, day)
        season = self._known[key]
        if str(season) in self.seasons and not season.starts_on <= day <= season.ends_on:
            season.starts_on, season.ends_on = min(season.starts_on, day), max(season.ends_on, day)
            season.save(update_fields=["starts_on", "ends_on"])
        return season

    def _season(self, row: TableRow, day: date) -> Season:
        competition = self._competition(row.competition)
        season = Season.objects.filter(competition=competition, label=row.season).first()
        if season is not None:
            return season
        if not self.create_seasons:
            raise SeasonUnknown(
                f"{competition} has no season {row.season!r}; add it in the admin, or use --create-seasons."
            )
        with transaction.atomic():
            season = Season.objects.create(
                competition=competition, label=row.season, starts_on=day, ends_on=day
            )
        self.seasons[str(season)] = season
        return season

    def _competition(self, name: str) -> Competition:
        slug = self.slugs.get(name)
        wanted = Q(slug=slug) if slug else Q(name=name) | Q(slug=name)
        found = list(Competition.objects.filter(wanted)[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise SeasonUnknown(f"{name!r} could be several competitions; say which with --map.")
        if slug or not self.create_seasons:
            raise SeasonUnknown(
                f"There is no competition {slug or name!r}; say which of ours it is with --map,"
                " add it in the admin, or use --create-seasons."
            )
        return self._new_competition(name)

    def _new_competition(self, name: str) -> Competition:
        slug = slugify(name)[:50]
        if not slug or Competition.objects.filter(slug=slug).exists():
            raise SeasonUnknown(f"No competition can be made of {name!r}: add it in the admin.")
        with transaction.atomic():
            return Competition.objects.create(name=name, slug=slug)

    def team(self, name: str, *, unknown: TeamUnknown) -> Team:
        """A team of that name, made now. Raises `unknown` where nobody asked for that, or NameTaken."""
        if not self.create_teams:
            raise unknown
        with transaction.atomic():
            team = new_team(name)
        self.teams.append(name)
        return team
