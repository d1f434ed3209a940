"""Input of a simulation: the rules of a stage, the sums of its teams, and its matches. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from matches.forecasters.score_matrix import Grid
from matches.tables.records import TableSide, TeamRecord
from matches.tables.rules import TableRules


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMatch:
    """Match that is yet to be played, with the probability of each score (`grid`).

    `key` selects the random numbers of the match. They depend on no other match.
    """

    key: int
    group: str
    home: int
    away: int
    grid: Grid


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidingPlaces:
    """Places that decide about the title, going through and relegation; named as the columns of Stage.

    `is_title` is True if the first place wins the title, i.e. no later stage decides it.
    """

    is_title: bool = False
    through: int | None = None
    relegated: int | None = None
    compared_place: int | None = None
    compared_through: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageInput:
    """Everything that determines the final tables of a stage.

    - `records`: by group, the sums of each team over the matches played, and its points adjustment; carried
      points are not included
    - `sides`: both sides of all matches played, with their group; empty if no rule needs them
    - `source`: the stage from which the teams carry points; `carries` and `carries_record` as in Stage
    - `ranked_groups`: groups that rank below one another, the best first
    """

    rules: TableRules
    records: Mapping[str, Sequence[TeamRecord]]
    sides: Sequence[tuple[str, TableSide]] = ()
    open_matches: Sequence[OpenMatch] = ()
    deciding: DecidingPlaces = field(default_factory=DecidingPlaces)
    source: "StageInput | None" = None
    carries: str = "nothing"
    carries_record: bool = False
    ranked_groups: Sequence[str] = ()

    @property
    def groups(self) -> list[str]:
        """Return the groups in order: `ranked_groups` first, then others by name."""
        ranked = {name: place for place, name in enumerate(self.ranked_groups)}
        return sorted(self.records, key=lambda name: (ranked.get(name, len(ranked)), name))

    @property
    def is_played_out(self) -> bool:
        """Return True if this stage and the stages from which it carries points have no open matches."""
        return not self.open_matches and (self.source is None or self.source.is_played_out)
