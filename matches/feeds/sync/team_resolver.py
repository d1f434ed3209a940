"""Resolve the team names of a source; unknown names are stored for an operator."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from matches.models import Competition, Team, TeamAlias, UnknownTeam
from matches.services.teams import TeamUnknown, learn_country, remember_name, team_named

_EXAMPLE = 250

Name = tuple[int | None, str]  # id of the competition, and the name in it


class UnknownName(NamedTuple):
    """An unknown team name, its competition, and a match in which the source uses the name."""

    name: str
    competition: Competition | None
    example: str


class NamesUnknown(TeamUnknown):
    """One or both team names of a match are unknown."""

    def __init__(self, unknown: dict[str, TeamUnknown]) -> None:
        self.names = list(unknown)
        what = ", ".join(each.problem for each in unknown.values())
        super().__init__(what, "map it to a team at Unknown teams in the admin.")


@dataclass(slots=True)
class TeamNames:
    """Team names of one source: a cache of the known ones, and the unknown ones."""

    source: str
    known: dict[Name, Team] = field(default_factory=dict)
    unknown: dict[Name, UnknownName] = field(default_factory=dict)

    def teams(
        self, home: str, away: str, *, example: str, competition: Competition | None = None
    ) -> tuple[Team, Team]:
        """Return the two teams of a match. Raises NamesUnknown, whose message covers all unknown names.

        A team without a country gets that of the competition.
        """
        found: dict[str, Team] = {}
        problems: dict[str, TeamUnknown] = {}
        for name in (home, away):
            try:
                found[name] = self._team(name, competition)
            except TeamUnknown as unknown:
                problems[name] = unknown
                found_in = UnknownName(name, competition, example[:_EXAMPLE])
                self.unknown.setdefault((_id(competition), name), found_in)
        if problems:
            raise NamesUnknown(problems)
        for team in found.values():
            learn_country(team, competition)
        return found[home], found[away]

    def _team(self, name: str, competition: Competition | None) -> Team:
        key = _id(competition), name
        if key not in self.known:
            self.known[key] = team_named(name, source=self.source, competition=competition)
        return self.known[key]

    def is_unknown(self, name: str, competition: Competition | None = None) -> bool:
        """Return True if the name matches no team, or more than one."""
        try:
            if competition is None or competition.pk:
                self._team(name, competition)
            else:  # an import would create it; do not cache its names under one id
                team_named(name, source=self.source, competition=competition)
        except TeamUnknown:
            return True
        return False

    def add(self, name: str, team: Team, competition: Competition | None = None) -> None:
        """Remember the team of a name that was created or mapped in this import."""
        key = _id(competition), name
        self.known[key] = team
        self.unknown.pop(key, None)

    def forget(self, teams: Iterable[int]) -> None:
        """Remove from the cache teams that this import created and deleted again."""
        gone = set(teams)
        self.known = {key: team for key, team in self.known.items() if team.pk not in gone}

    def store_unknown(self, *, now: datetime) -> None:
        """Store the unknown names for an operator. Mark stored names that are known by now as mapped.

        If this import created the competition of a name and deleted it again, the name is stored without a
        competition.
        """
        ids = {competition_id for competition_id, _ in self.unknown}
        existing = Competition.objects.in_bulk(ids - {None}) if ids else {}
        for (competition_id, name), row in self.unknown.items():
            UnknownTeam.objects.update_or_create(
                source=self.source,
                competition=existing.get(competition_id),
                name=name,
                defaults={"last_seen_at": now, "example": row.example, "team": None, "mapped_at": None},
                create_defaults={"first_seen_at": now, "last_seen_at": now, "example": row.example},
            )
        self._close_known(now)

    def _close_known(self, now: datetime) -> None:
        unknown = {name for _, name in self.unknown}
        known: dict[Name, Team] = {
            (None, name): team for (_, name), team in self.known.items() if name not in unknown
        }
        known |= self.known
        waiting = UnknownTeam.objects.filter(source=self.source, mapped_at__isnull=True)
        for row in waiting.filter(name__in={name for _, name in known}):
            if team := known.get((row.competition_id, row.name)):
                row.team, row.mapped_at = team, now
                row.save(update_fields=["team", "mapped_at"])


def _id(competition: Competition | None) -> int | None:
    return competition.pk if competition else None


def map_name(row: UnknownTeam, team: Team, *, at: datetime) -> None:
    """Map the unknown name to the team, for all future reports of this source."""
    with transaction.atomic():
        former = TeamAlias.objects.filter(source=row.source, name=row.name, team=row.team)
        former.filter(Q(competition=None) | Q(competition=row.competition)).delete()
        remember_name(team, row.name, source=row.source, competition=row.competition)
        row.team, row.mapped_at = team, at
        row.save(update_fields=["team", "mapped_at"])
