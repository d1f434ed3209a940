"""How the field of forecasters sees one match. Not to be shown before the lock."""

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
from scoring.rules import Quotas, Tendency, quotas, tendency

MOST_SHOWN = 5  # the grid's last row and column stand for this many goals or more


class Means(NamedTuple):
    """Exact mean probabilities of home win, draw and away win."""

    home: Fraction
    draw: Fraction
    away: Fraction


@dataclass(frozen=True, slots=True)
class Field:
    """Counts of the current predictions of a match: `count` in all, of these `provenances`.

    `picks` counts each scoreline among the score predictions that set the quotas: the live ones, or
    where there are none, the archive ones. `probabilities` is the mean of all that gave some. Of both,
    `hindsight` predictions are left out; `hindsight` is their number.
    """

    picks: Counter[tuple[int, int]]
    probabilities: Means | None
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
        """What the tendencies are worth if nothing changes any more."""
        return quotas(*self.tendencies.values())


@dataclass(frozen=True, slots=True)
class _Group:
    """Current predictions of one provenance and scoreline, and the sums of the probabilities they gave."""

    provenance: str
    home_goals: int | None
    away_goals: int | None
    count: int
    probable: int
    home: Decimal | None
    draw: Decimal | None
    away: Decimal | None


_GROUPS = sql.read("content/sql/field.sql")
_JUDGED = sql.read("content/sql/judged.sql")


def question(match: int) -> sql.Statement:
    """What `field_of` asks, for whoever asks ahead."""
    return _GROUPS, {"match": match}


def field_of(match: Match) -> Field:
    """Count the predictions of a match, in one query however many there are."""
    groups = [_Group(*row) for row in sql.fetch_all(*question(match.pk))]
    foresight = [each for each in groups if each.provenance != Prediction.Provenance.HINDSIGHT]
    return Field(
        picks=_picks(foresight),
        probabilities=_mean_probabilities(foresight),
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


class ScoredPick(NamedTuple):
    """A current prediction and what it is worth; None while it is not scored, or has no score."""

    slug: str
    name: str
    provenance: str
    home_goals: int | None
    away_goals: int | None
    p_home: float | None
    p_draw: float | None
    p_away: float | None
    submitted_at: datetime
    points: int | None
    tendency_points: int | None
    goal_difference_points: int | None
    exact_points: int | None
    rps: float | None
    rationale: str


@dataclass(frozen=True, slots=True)
class PickList:
    """The picks of a match, best first, for a paginator that knows how many there are."""

    match: Match

    def __getitem__(self, part: slice) -> list[ScoredPick]:
        wanted = {"match": self.match.pk, "start": part.start, "size": part.stop - part.start}
        return [ScoredPick(*row) for row in sql.fetch_all(_JUDGED, wanted)]


@dataclass(frozen=True, slots=True)
class Stake:
    """One tendency of a match: how many picked it, and what it is worth."""

    tendency: Tendency
    label: str
    count: int
    share: Fraction
    probability: Fraction | None
    points: int
    happened: bool


def _settled_quotas(settlement: Settlement | None) -> Quotas | None:
    """None before the match is settled, and where it is void."""
    if settlement is None or settlement.voided:
        return None
    values = (settlement.quota_home, settlement.quota_draw, settlement.quota_away)
    return Quotas(*(value or 0 for value in values))  # a constraint keeps them from being null here


def stakes(match: Match, field: Field, settlement: Settlement | None) -> list[Stake]:
    """The three tendencies with the settlement's quotas, or before it those that the field implies."""
    settled = _settled_quotas(settlement)
    worth = settled or field.quotas
    actual = tendency(*match.counting_score) if settled and match.counting_score else None
    labels = {"home": match.home_team.short_name, "draw": "Draw", "away": match.away_team.short_name}
    return [
        Stake(
            tendency=what,
            label=labels[what],
            count=count,
            share=Fraction(count, field.total or 1),
            probability=getattr(field.probabilities, what) if field.probabilities else None,
            points=worth.of(what),
            happened=what == actual,
        )
        for what, count in field.tendencies.items()
    ]
