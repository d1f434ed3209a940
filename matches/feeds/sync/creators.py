"""Find the seasons and teams that a file names, or create them if the import is allowed to."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max, Min, Q
from django.utils.text import slugify

from matches.feeds.providers.csv_format import TableRow
from matches.feeds.sync.match_linker import GROWTH
from matches.feeds.sync.similar_names import is_similar
from matches.models import Competition, Season, Team, TeamAlias
from matches.services.teams import TeamUnknown, new_team


class NameNearlyKnown(ValueError):
    """An unknown team name that is probably another spelling of an existing team's name."""

    def __init__(self, near: "NearMiss") -> None:
        super().__init__(
            f"{near.name!r} is similar to {near.other!r} ({near.slug}). If it is that team, use --map-team"
            f' "{near.name}={near.slug}"; if not, use --new-team "{near.name}".'
        )


class NearMiss(NamedTuple):
    """An unknown name, the similar name of a team, and the slug of that team."""

    name: str
    other: str
    slug: str


class SeasonUnknown(LookupError):
    """The competition or its season does not exist, or the name matches several competitions."""


@dataclass(slots=True)
class Creator:
    """Teams, seasons and competitions of an import: found by name, or created if that is allowed.

    They are created before the import row that needs them. If all rows that need one of them are refused,
    `delete_unused` deletes it in the same transaction.
    """

    create_teams: bool = False
    team_slugs: dict[str, str] = field(default_factory=dict)  # name of a team in the file -> slug
    new_teams: set[str] = field(default_factory=set)  # to be created even if similar to a team
    create_seasons: bool = False
    slugs: dict[str, str] = field(default_factory=dict)  # name of a competition in the file -> slug
    teams: list[str] = field(default_factory=list)  # names of created teams
    seasons: dict[str, Season] = field(default_factory=dict)  # created seasons
    _days: dict[tuple[str, str], list[date]] = field(default_factory=dict)  # of the rows of each season
    _known: dict[tuple[str, str], Season] = field(default_factory=dict)
    _team_names: dict[str, str] | None = None  # every name of a team -> its slug
    _unused_teams: dict[int, str] = field(default_factory=dict)  # created in this transaction
    _new_competitions: set[int] = field(default_factory=set)

    def add_day(self, row: TableRow, day: date) -> None:
        """Remember the day of a row, for the dates of its season if that is created."""
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

    def _competition(self, name: str) -> Competition:
        slug = self.slugs.get(name)
        wanted = Q(slug=slug) if slug else Q(name=name) | Q(slug=name)
        found = list(Competition.objects.filter(wanted)[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise SeasonUnknown(f"{name!r} matches several competitions; choose one with --map-competition.")
        if slug or not self.create_seasons:
            raise SeasonUnknown(
                f"There is no competition {slug or name!r}; map it to an existing one with --map-competition,"
                " add it in the admin, or use --create-seasons."
            )
        return self._new_competition(name)

    def _new_competition(self, name: str) -> Competition:
        slug = slugify(name)[:50]
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

    def mapped_team(self, name: str, *, source: str, listed: Collection[str]) -> Team:
        """Return the team that --map-team gives for this name, and store the name as an alias of the source.

        If no team has the given slug, create one from a name in `listed` that has this slug. Raises
        TeamUnknown if no name in `listed` has it, or an error of `Creator.team`.
        """
        slug = self.team_slugs[name]
        team = Team.objects.filter(slug=slug).first()
        if team is None:
            unknown = TeamUnknown(f"there is no team {slug!r}, which --map-team names", "see /api/v1/teams/.")
            planned = [each for each in listed if slugify(each)[:50] == slug and each not in self.team_slugs]
            if not planned:
                raise unknown
            team = self.team(planned[0], source=source, unknown=unknown)
        TeamAlias.objects.update_or_create(source=source, name=name, defaults={"team": team})
        return team

    def near_miss(self, name: str, *, source: str) -> NearMiss | None:
        """Return a team whose name is similar to this unknown name, or None."""
        if self._team_names is None:
            aliases = TeamAlias.objects.filter(source__in=[source, TeamAlias.FORMER])
            self._team_names = dict(aliases.values_list("name", "team__slug"))
            self._team_names |= dict(Team.objects.values_list("name", "slug"))
        known = self._team_names.items()
        return next((NearMiss(name, other, slug) for other, slug in known if is_similar(name, other)), None)

    def near_misses(self, names: Iterable[str], *, source: str) -> list[NearMiss]:
        """Return the near-misses among these unknown names.

        Each name is compared with all teams and with the names before it. Leaves out names decided by
        --new-team or --map-team. Writes nothing.
        """
        found = []
        for name in names:
            if name in self.new_teams or name in self.team_slugs:
                continue
            if near := self.near_miss(name, source=source):
                found.append(near)
            elif self._team_names is not None:
                self._team_names[name] = slugify(name)[:50]
        self._team_names = None
        return found

    def team(self, name: str, *, source: str, unknown: TeamUnknown) -> Team:
        """Create a team with this name.

        Raises `unknown` if the import may not create teams, NameNearlyKnown if the name is similar to that of
        an existing team, or NameTaken.
        """
        if not self.create_teams and name not in self.new_teams:
            raise unknown
        if name not in self.new_teams and (near := self.near_miss(name, source=source)):
            raise NameNearlyKnown(near)
        with transaction.atomic():
            team = new_team(name)
        self.teams.append(name)
        if self._team_names is not None:
            self._team_names[name] = team.slug
        self._unused_teams[team.pk] = name
        return team

    def delete_unused(self) -> list[str]:
        """Delete created teams and seasons without matches, and created competitions without seasons.

        Sets the dates of the remaining created seasons to those of their first and last match. Requires the
        transaction that created them. Returns the names of the deleted teams.
        """
        for season in list(self.seasons.values()):
            self._fit_or_delete(season)
        Competition.objects.filter(pk__in=self._new_competitions, seasons=None).delete()
        self._new_competitions.clear()
        unused = Team.objects.filter(pk__in=self._unused_teams, home_matches=None, away_matches=None)
        gone = (
            [self._unused_teams[pk] for pk in unused.values_list("pk", flat=True)]
            if self._unused_teams
            else []
        )
        Team.objects.filter(name__in=gone).delete()
        self.teams = [name for name in self.teams if name not in gone]
        self._unused_teams.clear()
        self._team_names = None if gone else self._team_names
        return gone

    def _fit_or_delete(self, season: Season) -> None:
        days = season.matches.aggregate(first=Min("kickoff_at"), last=Max("kickoff_at"))
        if days["first"] is None:
            del self.seasons[str(season)]
            self._known = {key: known for key, known in self._known.items() if known is not season}
            season.delete()
        elif (days["first"].date(), days["last"].date()) != (season.starts_on, season.ends_on):
            season.starts_on, season.ends_on = days["first"].date(), days["last"].date()
            season.save(update_fields=["starts_on", "ends_on"])


def season_dates(days: Iterable[date]) -> tuple[date, date]:
    """Return the first and last day of a season with matches on these days.

    Days that lie further apart from the others than a season may be extended are left out, as their year is
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
