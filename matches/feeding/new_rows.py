"""Seasons and teams that a file names: found by name, or made where somebody asked for that."""

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import Max, Min, Q
from django.utils.text import slugify

from matches.feeds.tables import TableRow
from matches.models import Competition, Season, Team
from matches.teams import TeamUnknown, new_team


class SeasonUnknown(LookupError):
    """A competition, or a season of it, that is not there, or whose name fits several."""


@dataclass(slots=True)
class NewRows:
    """Teams, seasons and competitions that an import may create.

    They are created before the row that needs them. `delete_unused` removes, in the same transaction, those
    whose rows were all refused.
    """

    create_teams: bool = False
    create_seasons: bool = False
    slugs: dict[str, str] = field(default_factory=dict)  # what a file calls a competition -> our slug
    teams: list[str] = field(default_factory=list)  # names of those that were created
    seasons: dict[str, Season] = field(default_factory=dict)  # those that were created
    _known: dict[tuple[str, str], Season] = field(default_factory=dict)
    _unused_teams: dict[int, str] = field(default_factory=dict)  # created in this transaction
    _new_competitions: set[int] = field(default_factory=set)

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
        if not slug:
            raise SeasonUnknown(f"No competition can be made of {name!r}: add it in the admin.")
        if other := Competition.objects.filter(slug=slug).first():
            raise SeasonUnknown(
                f"{name!r} leads to the slug of {other.name!r}: if it is that competition, use"
                f' --map "{name}={slug}"; if not, add it in the admin.'
            )
        with transaction.atomic():
            made = Competition.objects.create(name=name, slug=slug)
        self._new_competitions.add(made.pk)
        return made

    def team(self, name: str, *, unknown: TeamUnknown) -> Team:
        """A team of that name, made now. Raises `unknown` where nobody asked for that, or NameTaken."""
        if not self.create_teams:
            raise unknown
        with transaction.atomic():
            team = new_team(name)
        self.teams.append(name)
        self._unused_teams[team.pk] = name
        return team

    def delete_unused(self) -> list[str]:
        """Delete what was created for rows that were all refused; fit new seasons to their matches.

        Requires the transaction that created them. Returns the names of the deleted teams.
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
