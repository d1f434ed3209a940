"""Find the seasons and teams that a file names, or create them if the import is allowed to."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from core.slugs import slug_of
from matches.categories import category_of_competition
from matches.feeds.providers.csv_format import TableRow
from matches.feeds.sync.match_linker import GROWTH
from matches.feeds.sync.suggestions import KnownNames, Suggestion, known_names, near_miss
from matches.models import Competition, Season, Team
from matches.services.teams import NameTaken, TeamUnknown, new_team, planned_team, remember_name


class NameNearlyKnown(ValueError):
    """An unknown team name that is probably another spelling of an existing team's name."""

    def __init__(self, near: "NearMiss") -> None:
        super().__init__(
            f"{near}, distance {near.distance}. If it is that team, use --map-team"
            f' "{near.name}={near.slug}"; if not, use --new-team "{near.name}".'
        )


class NearMiss(NamedTuple):
    """An unknown team name, and a known team with a similar name.

    `other` is the similar name, `slug` the slug of the team, `distance` the distance of the two names.
    """

    name: str
    other: str
    slug: str
    distance: int

    def __str__(self) -> str:
        return f"{self.name!r} is similar to {self.other!r} ({self.slug})"


class FileName(NamedTuple):
    """A team name in a competition of a file. `apart`: names and slugs of teams that play on the same day."""

    name: str
    competition: Competition
    apart: Collection[str] = ()


class SeasonUnknown(LookupError):
    """The competition or its season does not exist, or the name matches several competitions."""


@dataclass(slots=True)
class Creator:
    """Teams, seasons and competitions of an import: found by name, or created if that is allowed.

    Each of them is created before the first import row that needs it. If all such rows are refused,
    `delete_unused` deletes it in the same transaction.
    """

    create_teams: bool = False
    team_slugs: dict[str, str] = field(default_factory=dict)  # name of a team in the file -> slug
    new_teams: set[str] = field(default_factory=set)  # to be created even if similar to a team
    create_seasons: bool = False
    slugs: dict[str, str] = field(default_factory=dict)  # name of a competition in the file -> slug
    seasons: dict[str, Season] = field(default_factory=dict)  # created seasons
    _days: dict[tuple[str, str], list[date]] = field(default_factory=dict)  # of the rows of each season
    _known: dict[tuple[str, str], Season] = field(default_factory=dict)
    _names: KnownNames | None = None
    _created: dict[int, str] = field(default_factory=dict)  # id of a created team -> its name
    _unused_teams: set[int] = field(default_factory=set)  # created in this transaction
    _new_competitions: set[int] = field(default_factory=set)

    @property
    def teams(self) -> list[str]:
        """Names of the teams that were created and kept."""
        return list(self._created.values())

    def add_day(self, row: TableRow, day: date) -> None:
        """Remember the day of a row, for the dates of the row's season if the import creates that season."""
        self._days.setdefault((row.competition, row.season), []).append(day)

    def season_of(self, row: TableRow) -> Season:
        """Return the season of a row. Raises SeasonUnknown."""
        key = row.competition, row.season
        if key not in self._known:
            self._known[key] = self._season(row)
        return self._known[key]

    def _season(self, row: TableRow) -> Season:
        competition = self._competition(row.competition)
        season = Season.objects.filter(competition=competition, label=row.season).first()
        if season is not None:
            return season
        if not self.create_seasons:
            raise SeasonUnknown(
                f"{competition} has no season {row.season!r}; add it in the admin, or use --create-seasons."
            )
        starts_on, ends_on = season_dates(self._days[row.competition, row.season])
        with transaction.atomic():
            season = Season.objects.create(
                competition=competition,
                label=row.season,
                starts_on=starts_on,
                ends_on=ends_on,
                follows_matches=True,
            )
        self.seasons[str(season)] = season
        return season

    def planned_competition(self, name: str) -> Competition:
        """Return the competition with this name, or an unsaved new one if it does not exist.

        Raises SeasonUnknown if the name matches several competitions.
        """
        return self._existing(name) or Competition(name=name, category=category_of_competition(name))

    def _existing(self, name: str) -> Competition | None:
        slug = self.slugs.get(name)
        wanted = Q(slug=slug) if slug else Q(name=name) | Q(slug=name)
        found = list(Competition.objects.filter(wanted)[:2])
        if len(found) > 1:
            raise SeasonUnknown(f"{name!r} matches several competitions; choose one with --map-competition.")
        return found[0] if found else None

    def _competition(self, name: str) -> Competition:
        if existing := self._existing(name):
            return existing
        slug = self.slugs.get(name)
        if slug or not self.create_seasons:
            raise SeasonUnknown(
                f"There is no competition {slug or name!r}; map it to an existing one with --map-competition,"
                " add it in the admin, or use --create-seasons."
            )
        return self._new_competition(name)

    def _new_competition(self, name: str) -> Competition:
        slug = slug_of(name)
        if not slug:
            raise SeasonUnknown(f"{name!r} cannot be a slug; add the competition in the admin.")
        if other := Competition.objects.filter(slug=slug).first():
            raise SeasonUnknown(
                f"{name!r} has the slug of {other.name!r}. If it is that competition, use"
                f' --map-competition "{name}={slug}"; if not, add it in the admin.'
            )
        with transaction.atomic():
            made = Competition.objects.create(name=name, slug=slug)
        self._new_competitions.add(made.pk)
        return made

    def mapped_team(self, wanted: FileName, *, source: str, listed: Collection[FileName]) -> Team:
        """Return the team whose slug --map-team gives for this name.

        If there is no such team, create it from the name in `listed` that would get this slug. Raises
        TeamUnknown if there is no such name either. Also raises the errors of `Creator.team`.
        """
        slug = self.team_slugs[wanted.name]
        team = Team.objects.filter(slug=slug).first()
        if team is None:
            unknown = TeamUnknown(f"there is no team {slug!r}, which --map-team names", "see /api/v1/teams/.")
            others = (each for each in listed if each.name not in self.team_slugs)
            planned = next((each for each in others if self._planned_slug(each) == slug), None)
            if planned is None:
                raise unknown
            team = self.team(planned, source=source, unknown=unknown)
        return team

    def _planned_slug(self, wanted: FileName) -> str:
        with suppress(NameTaken):
            return planned_team(wanted.name, competition=wanted.competition).slug
        return ""

    def similar_to(self, name: str, competition: Competition | None, *, source: str) -> list[Suggestion]:
        """Return the teams that this unknown name may mean, the most similar first."""
        if self._names is None:
            self._names = known_names([source])[source]
        return self._names.similar_to(name, competition)

    def near_miss(self, wanted: FileName, *, source: str) -> NearMiss | None:
        """Return the similar name of a team if a user must decide whether it is the same team, else None."""
        similar = self.similar_to(wanted.name, wanted.competition, source=source)
        found = near_miss(similar, apart=wanted.apart)
        return NearMiss(wanted.name, found.name, found.team.slug, found.distance) if found else None

    def near_misses(self, names: Iterable[FileName], *, source: str) -> list[NearMiss]:
        """Return the unknown names that are similar to the name of a team or to an earlier unknown name.

        Leaves out names that --new-team or --map-team contains. Writes nothing.
        """
        found = []
        for wanted in names:
            if wanted.name in self.new_teams or wanted.name in self.team_slugs:
                continue
            if near := self.near_miss(wanted, source=source):
                found.append(near)
            elif self._names is not None:
                with suppress(NameTaken):
                    self._names.add(wanted.name, planned_team(wanted.name, competition=wanted.competition))
        self._names = None
        return found

    def team(self, wanted: FileName, *, source: str, unknown: TeamUnknown) -> Team:
        """Create a team with this name and return it.

        If another team has this name, the new team gets a different one, and this name is stored as its
        alias. Raises the exception `unknown` if the import may not create this team. Raises NameNearlyKnown
        if the name is similar to that of an existing team. Raises NameTaken if no different name or slug can
        be derived.
        """
        name = wanted.name
        if not self.create_teams and name not in self.new_teams:
            raise unknown
        if name not in self.new_teams and (near := self.near_miss(wanted, source=source)):
            raise NameNearlyKnown(near)
        with transaction.atomic():
            team = new_team(name, competition=wanted.competition)
            if team.name != name:
                remember_name(team, name, source=source, competition=wanted.competition)
        self._created[team.pk] = team.name
        if self._names is not None:
            self._names.add(name, team)
        self._unused_teams.add(team.pk)
        return team

    def delete_unused(self) -> set[int]:
        """Delete created teams and seasons without matches, and created competitions without seasons.

        Sets the dates of the remaining created seasons to those of their first and last match. Call it in the
        transaction that created them. Returns the ids of the deleted teams.
        """
        for season in list(self.seasons.values()):
            self._fit_or_delete(season)
        Competition.objects.filter(pk__in=self._new_competitions, seasons=None).delete()
        self._new_competitions.clear()
        unused = Team.objects.filter(pk__in=self._unused_teams, home_matches=None, away_matches=None)
        gone = set(unused.values_list("pk", flat=True)) if self._unused_teams else set()
        Team.objects.filter(pk__in=gone).delete()
        self._created = {pk: name for pk, name in self._created.items() if pk not in gone}
        self._unused_teams.clear()
        self._names = None if gone else self._names
        return gone

    def _fit_or_delete(self, season: Season) -> None:
        days = [match.kickoff_on for match in season.matches.only("kickoff_at", "kickoff_time_known")]
        if not days:
            del self.seasons[str(season)]
            self._known = {key: known for key, known in self._known.items() if known is not season}
            season.delete()
        elif (min(days), max(days)) != (season.starts_on, season.ends_on):
            season.starts_on, season.ends_on = min(days), max(days)
            season.save(update_fields=["starts_on", "ends_on"])


def season_dates(days: Iterable[date]) -> tuple[date, date]:
    """Return the first and last day of a season with matches on these days.

    Days that a gap of more than GROWTH separates from the middle day are left out, because their year is
    probably wrong.
    """
    ordered = sorted(days)
    middle = len(ordered) // 2
    first = last = ordered[middle]
    for day in reversed(ordered[:middle]):
        first = day if first - day <= GROWTH else first
    for day in ordered[middle:]:
        last = day if day - last <= GROWTH else last
    return first, last
