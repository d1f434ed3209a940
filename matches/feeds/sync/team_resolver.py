"""Resolve the team names of a source; unknown names are stored for an operator."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from matches.models import Team, TeamAlias, UnknownTeam
from matches.services.teams import TeamUnknown, team_named

_EXAMPLE = 250


class NamesUnknown(TeamUnknown):
    """One or both team names of a match are unknown."""

    def __init__(self, unknown: dict[str, TeamUnknown]) -> None:
        self.names = list(unknown)
        what = ", ".join(each.problem for each in unknown.values())
        super().__init__(what, "map it to a team at Unknown teams in the admin.")


@dataclass(slots=True)
class TeamNames:
    """Team names of one source: a cache of the known ones, and the unknown ones with an example."""

    source: str
    known: dict[str, Team] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)  # name -> a match of that team, as an example

    def teams(self, home: str, away: str, *, example: str) -> tuple[Team, Team]:
        """Return the two teams of a match. Raises NamesUnknown, whose message covers all unknown names."""
        found: dict[str, Team] = {}
        problems: dict[str, TeamUnknown] = {}
        for name in (home, away):
            try:
                found[name] = self._team(name)
            except TeamUnknown as unknown:
                problems[name] = unknown
                self.unknown.setdefault(name, example[:_EXAMPLE])
        if problems:
            raise NamesUnknown(problems)
        return found[home], found[away]

    def _team(self, name: str) -> Team:
        if name not in self.known:
            self.known[name] = team_named(name, source=self.source)
        return self.known[name]

    def is_unknown(self, name: str) -> bool:
        """Return True if the name matches no team, or more than one."""
        try:
            self._team(name)
        except TeamUnknown:
            return True
        return False

    def add(self, name: str, team: Team) -> None:
        """Remember the team of a name that was created or mapped in this import."""
        self.known[name] = team
        self.unknown.pop(name, None)

    def forget(self, names: Iterable[str]) -> None:
        """Forget teams that were created and deleted again."""
        for name in names:
            self.known.pop(name, None)

    def store_unknown(self, *, now: datetime) -> None:
        """Store the unknown names for an operator. Mark stored names that are known by now as mapped."""
        for name, example in self.unknown.items():
            UnknownTeam.objects.update_or_create(
                source=self.source,
                name=name,
                defaults={"last_seen_at": now, "example": example, "team": None, "mapped_at": None},
                create_defaults={"first_seen_at": now, "last_seen_at": now, "example": example},
            )
        waiting = UnknownTeam.objects.filter(source=self.source, mapped_at__isnull=True)
        for row in waiting.filter(name__in=self.known):
            row.team, row.mapped_at = self.known[row.name], now
            row.save(update_fields=["team", "mapped_at"])


def map_name(row: UnknownTeam, team: Team, *, at: datetime) -> None:
    """Map the unknown name to the team, for all future reports of this source."""
    with transaction.atomic():
        TeamAlias.objects.update_or_create(source=row.source, name=row.name, defaults={"team": team})
        row.team, row.mapped_at = team, at
        row.save(update_fields=["team", "mapped_at"])
