"""Read a stage from the database as the input of a simulation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core.db import sql
from matches.forecasters.base import FINISHED_AFTER, Fixture, PastMatch
from matches.forecasters.dixon_coles import DixonColes, Strengths
from matches.forecasters.score_matrix import Grid, score_grid, with_tendencies
from matches.models import Match, Season, Stage
from matches.services.baselines import known_before
from matches.statuses import IN_TABLE
from matches.tables import sums
from matches.tables.records import TableSide, TeamRecord
from stats.simulation.stage_inputs import DecidingPlaces, OpenMatch, StageInput

_STATEMENT = sql.read("stats/sql/stage_to_simulate.sql")
_RECORD = (
    *("team", "played", "won", "drawn", "lost", "shootouts_won", "shootouts_lost", "goals_for"),
    *("goals_against", "away_goals", "away_wins", "adjustment", "lot"),
)

Probabilities = Mapping[int, tuple[float, float, float]]  # home win, draw and away win by match id


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadStage:
    """A stage as read from the database, with the stages from which it carries points.

    `sums` are rows of table_sums.sql by stage id. `open_matches` are JSON objects, by kickoff. `known` are
    the results of the competition to which the baseline is fitted. `is_carried` is True if another stage
    carries points from this one.
    """

    stage: Stage
    sums: sums.Sums
    open_matches: Sequence[Mapping[str, Any]]
    known: tuple[PastMatch, ...]
    is_carried: bool

    @property
    def own_open_matches(self) -> list[Mapping[str, Any]]:
        """Return the open matches of this stage alone."""
        return [match for match in self.open_matches if match["stage"] == self.stage.pk]

    def hash_parts(self) -> list[Any]:
        """Return everything that the simulation depends on, in a form that json.dumps accepts."""
        return [self.sums, list(self.open_matches), [str(match) for match in self.known], self.is_carried]

    def grids(self, own: Probabilities) -> dict[int, Grid]:
        """Return the baseline's probabilities of the scores of each open match.

        For matches in `own`, home win, draw and away win have the probabilities in `own` instead.
        """
        fitted = DixonColes().fit(self.known)
        found = {match["id"]: _grid(match, fitted) for match in self.open_matches}
        return found | {pk: with_tendencies(found[pk], each) for pk, each in own.items() if pk in found}

    def as_input(self, grids: Mapping[int, Grid]) -> StageInput:
        """Return the input of the simulation of this stage."""
        return _as_input(self.stage, self.sums, self.open_matches, grids, self._deciding())

    def _deciding(self) -> DecidingPlaces:
        stage = self.stage
        has_one_first_place = stage.kind == Stage.Kind.LEAGUE or bool(stage.ranked_groups)
        return DecidingPlaces(
            is_title=has_one_first_place and not stage.through_places and not self.is_carried,
            through=stage.through_places,
            relegated=stage.relegation_places,
            compared_place=stage.compared_place,
            compared_through=stage.compared_through,
        )


def read_stage(
    stage: Stage, *, at: datetime, left_out: Sequence[int] = (), day: date | None = None
) -> ReadStage:
    """Read the stage in its present state, or in its state at `at`.

    For the latter, `left_out` must contain the ids of all matches that ended later; they count as open.
    Points adjustments decided after `day` are left out. In both cases, `known` contains only matches that had
    ended at `at`.
    """
    values = {"stage": stage.pk, "left_out": list(left_out), "day": day or date.max}
    [(rows, open_matches, is_carried)] = sql.fetch_all(_STATEMENT, values)
    season = Season.objects.get(pk=stage.season_id)
    return ReadStage(
        stage=stage,
        sums=sums.by_stage(rows or ()),
        open_matches=open_matches or [],
        known=tuple(known_before(at, competition_id=season.competition_id)),
        is_carried=is_carried,
    )


def ended_after(stage: Stage, at: datetime) -> list[int]:
    """Return the ids of matches that count in the stage's table now, but had not ended at `at`."""
    later = Match.objects.filter(stage=stage, status__in=IN_TABLE, kickoff_at__gt=at - FINISHED_AFTER)
    return list(later.values_list("pk", flat=True))


def _grid(match: Mapping[str, Any], fitted: Strengths) -> Grid:
    kickoff_at = datetime.fromisoformat(match["kickoff_at"])
    means = fitted.means(Fixture(kickoff_at, match["home_slug"], match["away_slug"]))
    return score_grid(*means, rho=fitted.rho)


def _as_input(
    stage: Stage,
    rows: sums.Sums,
    open_matches: Sequence[Mapping[str, Any]],
    grids: Mapping[int, Grid],
    deciding: DecidingPlaces,
) -> StageInput:
    row = rows[stage.pk]
    others = {pk: other for pk, other in rows.items() if pk != stage.pk}
    source = others.get(stage.carries_from_id or 0)
    records: dict[str, list[TeamRecord]] = {}
    for team in row["teams"] or ():
        record = TeamRecord(**{name: team[name] for name in _RECORD})
        records.setdefault(team["group"], []).append(record)
    return StageInput(
        rules=stage.rules,
        records=records,
        sides=[(side["group"], _side(side)) for side in row["sides"] or ()],
        open_matches=[
            OpenMatch(
                key=match["id"],
                group=match["group"],
                home=match["home"],
                away=match["away"],
                grid=grids[match["id"]],
            )
            for match in open_matches
            if match["stage"] == stage.pk
        ],
        deciding=deciding,
        source=(
            _as_input(Stage(**source["stage"]), others, open_matches, grids, DecidingPlaces())
            if source
            else None
        ),
        carries=stage.carries,
        carries_record=stage.carries_record,
        ranked_groups=stage.ranked_groups,
    )


def _side(side: Mapping[str, Any]) -> TableSide:
    return TableSide(**{name: side[name] for name in TableSide.__slots__})
