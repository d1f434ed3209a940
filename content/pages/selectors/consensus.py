"""Consensus of all forecasters about one match. Must not be shown before the predictions are revealed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from core.db import sql
from matches.models import Match, Prediction
from scoring.models import Settlement
from scoring.rules import Probabilities, Quotas, Tendency, quotas, tendency

MOST_SHOWN = 5  # the last row and column of the grid are for this number of goals or more


class Means(NamedTuple):
    """Mean probabilities of home win, draw and away win, as exact fractions."""

    home: Fraction
    draw: Fraction
    away: Fraction


@dataclass(frozen=True, slots=True)
class Field:
    """Aggregate of the current predictions of a match.

    - `picks`: number of predictions per scoreline, from which the quotas are computed; these are the live
      predictions, or the archive predictions if no live prediction has a scoreline
    - `probabilities`: mean of all live and archive predictions with probabilities
    - `probable`: number of these predictions
    - `market`: mean of the bookmakers' predictions among these, divided by its sum
    - `bookmakers`: number of the bookmakers' predictions
    - `count`: number of all predictions, including hindsight ones
    - `provenances`: provenances that occur among all predictions
    - `hindsight`: number of hindsight predictions
    """

    picks: Counter[tuple[int, int]]
    probabilities: Means | None
    probable: int
    market: Probabilities | None
    bookmakers: int
    count: int
    provenances: frozenset[str]
    hindsight: int

    @property
    def tendencies(self) -> dict[Tendency, int]:
        counts: dict[Tendency, int] = {"home": 0, "draw": 0, "away": 0}
        for score, count in self.picks.items():
            counts[tendency(*score)] += count
        return counts

    @property
    def total(self) -> int:
        return sum(self.picks.values())

    @property
    def quotas(self) -> Quotas:
        """Quotas computed from `picks`."""
        return quotas(*self.tendencies.values())


@dataclass(frozen=True, slots=True)
class _Group:
    """Number of current predictions of one kind and scoreline, and the sums of their probabilities.

    `probable` is the number of these predictions that have probabilities.
    """

    provenance: str
    is_bookmaker: bool
    home_goals: int | None
    away_goals: int | None
    count: int
    probable: int
    home: Decimal | None
    draw: Decimal | None
    away: Decimal | None


_GROUPS = sql.read("content/sql/picks_by_score.sql")
_SCORED_PICKS = sql.read("content/sql/scored_picks.sql")


def statement(match: int) -> sql.Statement:
    """Return the SQL statement that `field_of` executes, to be passed to sql.prefetch()."""
    return _GROUPS, {"match": match}


def field_of(match: Match) -> Field:
    """Aggregate the predictions of a match. One query."""
    groups = [_Group(*row) for row in sql.fetch_all(*statement(match.pk))]
    foresight = [each for each in groups if each.provenance != Prediction.Provenance.HINDSIGHT]
    bookmakers = [each for each in foresight if each.is_bookmaker]
    return Field(
        picks=_picks(foresight),
        probabilities=_mean_probabilities(foresight),
        probable=sum(each.probable for each in foresight),
        market=_market(bookmakers),
        bookmakers=sum(each.probable for each in bookmakers),
        count=sum(each.count for each in groups),
        provenances=frozenset(each.provenance for each in groups),
        hindsight=sum(each.count for each in groups if each.provenance == Prediction.Provenance.HINDSIGHT),
    )


def _picks(groups: Sequence[_Group]) -> Counter[tuple[int, int]]:
    by_provenance: dict[str, Counter[tuple[int, int]]] = {"live": Counter(), "archive": Counter()}
    for each in groups:
        if each.home_goals is not None and each.away_goals is not None:
            by_provenance[each.provenance][each.home_goals, each.away_goals] += each.count
    return by_provenance["live"] or by_provenance["archive"]


def _mean_probabilities(groups: Sequence[_Group]) -> Means | None:
    total = sum(each.probable for each in groups)
    if not total:
        return None
    sums = ((each.home or 0, each.draw or 0, each.away or 0) for each in groups)
    return Means(*(Fraction(sum(column)) / total for column in zip(*sums, strict=True)))


def _market(bookmakers: Sequence[_Group]) -> Probabilities | None:
    means = _mean_probabilities(bookmakers)
    return Probabilities(*map(float, means)).normalised() if means else None


class ScoredPick(NamedTuple):
    """Current prediction with its points; before scoring or without a predicted score, it has none."""

    slug: str
    name: str
    provenance: str
    home_goals: int | None
    away_goals: int | None
    p_home: float | None
    p_draw: float | None
    p_away: float | None
    submitted_at: datetime
    after_exposure: bool
    points: int | None
    tendency_points: int | None
    goal_difference_points: int | None
    exact_points: int | None
    rps: float | None
    rationale: str


@dataclass(frozen=True, slots=True)
class PickList:
    """Current predictions of a match, best first. Slicing executes a query for the slice.

    There is no len(), so paginate() must be given the count.
    """

    match: Match

    def __getitem__(self, part: slice) -> list[ScoredPick]:
        values = {"match": self.match.pk, "start": part.start, "size": part.stop - part.start}
        return [ScoredPick(*row) for row in sql.fetch_all(_SCORED_PICKS, values)]


@dataclass(frozen=True, slots=True)
class Stake:
    """One outcome of a match (home win, draw or away win), and how forecasters predicted it.

    - `count`, `share`: number and share of the predicted scores with this outcome
    - `probability`: mean of the predicted probabilities of this outcome
    - `points`: points for a correct prediction of this outcome (its quota)
    - `happened`: True if the match is settled and had this outcome
    """

    tendency: Tendency
    label: str
    count: int
    share: Fraction
    probability: Fraction | None
    points: int
    happened: bool


def _settled_quotas(settlement: Settlement | None) -> Quotas | None:
    """Return the quotas of the settlement, or None if the match is void or not settled."""
    if settlement is None or settlement.voided:
        return None
    values = (settlement.quota_home, settlement.quota_draw, settlement.quota_away)
    return Quotas(*(value or 0 for value in values))  # `or 0` is for mypy: a constraint excludes nulls here


def stakes(match: Match, field: Field, settlement: Settlement | None) -> list[Stake]:
    """Return home win, draw and away win, each with its predictions and points.

    The points are the quotas of the settlement, or those that result from the current predictions if the
    match is not settled or is void.
    """
    settled = _settled_quotas(settlement)
    worth = settled or field.quotas
    actual = tendency(*match.counting_score) if settled and match.counting_score else None
    labels = {"home": match.home_team.short_name, "draw": "Draw", "away": match.away_team.short_name}
    return [
        Stake(
            tendency=outcome,
            label=labels[outcome],
            count=count,
            share=Fraction(count, field.total or 1),
            probability=getattr(field.probabilities, outcome) if field.probabilities else None,
            points=worth.of(outcome),
            happened=outcome == actual,
        )
        for outcome, count in field.tendencies.items()
    ]


@dataclass(frozen=True, slots=True)
class Cell:
    """Scoreline in the grid: number of predictions, shade (0 to 4), and whether it was the result."""

    home: int
    away: int
    count: int
    shade: int
    happened: bool


def score_grid(picks: Counter[tuple[int, int]], actual: tuple[int, int] | None) -> list[list[Cell]]:
    """Return the cells of a grid with a row per number of home goals and a column per number of away goals.

    Goals are 0 to MOST_SHOWN; the last row and column include all higher numbers.
    """
    capped: Counter[tuple[int, int]] = Counter()
    for (home, away), count in picks.items():
        capped[min(home, MOST_SHOWN), min(away, MOST_SHOWN)] += count
    most = max(*capped.values(), 4) if capped else 4  # so that a single prediction is never darkest
    happened = (min(actual[0], MOST_SHOWN), min(actual[1], MOST_SHOWN)) if actual else None
    goals = range(MOST_SHOWN + 1)
    return [
        [
            Cell(home, away, count, -(-4 * count // most) if count else 0, (home, away) == happened)
            for away in goals
            for count in [capped[home, away]]
        ]
        for home in goals
    ]
