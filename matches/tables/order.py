"""Order of the teams of a table. Pure: no database, no clock."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from matches.tables.records import TableSide, TeamRecord
from matches.tables.rules import TableRules, TieBreaker
from matches.tables.team_sums import sum_up


@dataclass(frozen=True, slots=True)
class Place:
    """A team's position in its table, from 1. Teams in one position are level after all rules and lots."""

    team: int
    position: int


@dataclass(frozen=True, slots=True)
class ComparedPlace:
    """Position of a team among the teams with the same place in different groups, e.g. all third places.

    `goes_through` is None if it is undecided, because teams are level at the last rank that goes through, or
    because a group does not have exactly one team in this place.
    """

    team: int
    position: int
    goes_through: bool | None


_NO_POSITION = 10_000  # after all teams that have an earlier position
_VALUES: dict[str, Callable[[TeamRecord], int]] = {
    "points": lambda record: record.points,
    "goal_difference": lambda record: record.goal_difference,
    "goals": lambda record: record.goals_for,
    "wins": lambda record: record.won,
    "away_goals": lambda record: record.away_goals,
    "away_wins": lambda record: record.away_wins,
    "unrounded_points": lambda record: -record.rounding,
    "earlier_position": lambda record: -(record.earlier_position or _NO_POSITION),
}


def places(
    records: Sequence[TeamRecord],
    sides: Sequence[TableSide],
    rules: TableRules,
    *,
    to_play: Collection[frozenset[int]] = (),
) -> list[Place]:
    """Return the places of all teams, best first. Teams with the same position are ordered by id.

    `sides` contains both sides of all counted matches, `to_play` the pairs of teams that are yet to play.
    Rules that begin with `opponents` are applied only if `to_play` is empty.
    """
    table = _Table(records, sides, rules, to_play)
    found: list[Place] = []
    for level in table.separated():
        position = len(found) + 1
        found += [Place(team, position) for team in sorted(record.team for record in level)]
    return found


def compare_places(
    tables: Iterable[Sequence[tuple[int, TeamRecord]]], rules: TableRules, *, place: int, through: int
) -> list[ComparedPlace]:
    """Rank the teams with this place in their tables, best first, and determine which of them go through.

    `tables` contains the position and the record of every team. A table in which the place is shared or empty
    contributes no team. Tie-breakers about head-to-head matches and opponents are not applied.
    """
    holders = [[record for position, record in table if position == place] for table in tables]
    compared = [held[0] for held in holders if len(held) == 1]
    general = tuple(rule for rule in rules.tie_breakers if not rule.needs_matches)
    ordered = places(compared, (), replace(rules, tie_breakers=general))
    missing = len(holders) - len(compared)
    found = []
    for each in ordered:
        last = each.position - 1 + sum(other.position == each.position for other in ordered)
        decided = False if each.position > through else None
        found.append(ComparedPlace(each.team, each.position, True if last + missing <= through else decided))
    return found


@dataclass
class _Table:
    """The records, matches and rules of one table. Determines the order of its teams."""

    records: Sequence[TeamRecord]
    sides: Sequence[TableSide]
    rules: TableRules
    to_play: Collection[frozenset[int]]
    by_team: dict[int, TeamRecord] = field(init=False)

    def __post_init__(self) -> None:
        self.by_team = {record.team: record for record in self.records}

    def separated(self) -> list[list[TeamRecord]]:
        """Return the teams in order, as lists of teams that are level after all rules and lots."""
        by_points = _split(self.records, lambda record: record.points)
        return [part for level in by_points for part in self._separate(level, self.rules.tie_breakers)]

    def _separate(
        self, level: list[TeamRecord], tie_breakers: Sequence[TieBreaker]
    ) -> list[list[TeamRecord]]:
        """Order teams with equal points by the tie-breakers; return lists of teams that are level.

        If head-to-head rules separate some of the teams, these rules are applied again to the teams that are
        level afterwards, counting only the matches among these.
        """
        if len(level) < 2:
            return [level]
        if not tie_breakers:
            return _by_lot(level)
        block = _first_block(tie_breakers)
        rest = tie_breakers[len(block) :]
        parts = _split(level, self._key(level, block))
        if len(parts) == 1:
            return self._separate(level, rest)
        following = tie_breakers if block[0].is_head_to_head else rest
        return [part for group in parts for part in self._separate(group, following)]

    def _key(self, level: list[TeamRecord], block: Sequence[TieBreaker]) -> Callable[[TeamRecord], object]:
        """Return the sort key of these rules for exactly these teams.

        The key is constant while these rules have to wait for matches that are yet to be played.
        """
        if block[0].is_head_to_head:
            if self.rules.head_to_head_when_complete and self._meet_again(level):
                return lambda record: ()
            among = self._among(level)
            return lambda record: [_VALUES[rule.value_name](among[record.team]) for rule in block]
        value = _VALUES[block[0].value_name]
        if not block[0].is_about_opponents:
            return value
        if self.to_play:
            return lambda record: ()
        return lambda record: sum(value(other) for other in self._opponents(record.team))

    def _meet_again(self, level: list[TeamRecord]) -> bool:
        teams = {record.team for record in level}
        return any(pair <= teams for pair in self.to_play)

    def _among(self, level: list[TeamRecord]) -> dict[int, TeamRecord]:
        """Return the records of these teams, counting only the matches between them."""
        teams = {record.team for record in level}
        sides = [side for side in self.sides if side.team in teams and side.opponent in teams]
        return {
            team: sum_up(team, [side for side in sides if side.team == team], self.rules) for team in teams
        }

    def _opponents(self, team: int) -> list[TeamRecord]:
        """Return the records of the teams of this table that the team has played, each opponent once."""
        opponents = {side.opponent for side in self.sides if side.team == team}
        return [self.by_team[opponent] for opponent in opponents & self.by_team.keys()]


def _first_block(tie_breakers: Sequence[TieBreaker]) -> Sequence[TieBreaker]:
    """Return the first tie-breaker. If it is a head-to-head rule, add those that directly follow it."""
    length = next((at for at, rule in enumerate(tie_breakers) if not rule.is_head_to_head), len(tie_breakers))
    return tie_breakers[: max(length, 1)]


def _split(records: Iterable[TeamRecord], key: Callable[[TeamRecord], object]) -> list[list[TeamRecord]]:
    """Return groups of records with equal keys, the highest key first."""
    ordered = sorted(records, key=key, reverse=True)  # type: ignore[arg-type]  # one type per key
    return [list(group) for _, group in groupby(ordered, key=key)]


def _by_lot(level: list[TeamRecord]) -> list[list[TeamRecord]]:
    """Order level teams by their lots. If a team has no lot, they share a position."""
    if any(record.lot is None for record in level):
        return [level]
    return _split(level, lambda record: -(record.lot or 0))
