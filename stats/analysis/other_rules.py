"""Points per match and ranks of the same predicted scores under other point rules."""

from collections.abc import Sequence
from dataclasses import dataclass

from matches.models import Forecaster
from stats.inference.point_rules import RULES, kendall, points_under, spearman
from stats.leaderboards import Board, rows_of
from stats.models import LeaderboardRow

MOST_ROWS = 200
QUOTA = "quota"
RULE_NAMES = [QUOTA, *(rule.name for rule in RULES)]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """Points per match and rank of a forecaster under each rule of RULE_NAMES."""

    forecaster: Forecaster
    matches: int
    averages: dict[str, float]
    ranks: dict[str, int]


@dataclass(frozen=True, slots=True)
class RuleCorrelation:
    """Correlation of the order under a rule with the order under quotas; None if it is not defined."""

    rule: str
    kendall: float | None
    spearman: float | None


@dataclass(frozen=True, slots=True)
class RuleSwitch:
    """The first MOST_ROWS ranked forecasters of a board under all rules."""

    rows: list[RuleRow]
    correlations: list[RuleCorrelation]


def rule_switch(board: Board) -> RuleSwitch:
    """Compute the points per match under each rule from the counts of the leaderboard. One query."""
    rows = list(
        rows_of(board)
        .filter(average_rank__isnull=False, average_place__lte=MOST_ROWS)
        .select_related("forecaster")
        .order_by("average_place")
    )
    averages = _averages(rows)
    ranks = {name: _ranks(values) for name, values in averages.items()}
    shown = [
        RuleRow(
            row.forecaster,
            row.score_matches,
            {name: values[place] for name, values in averages.items()},
            {name: values[place] for name, values in ranks.items()},
        )
        for place, row in enumerate(rows)
    ]
    return RuleSwitch(shown, [_correlation(rule.name, averages) for rule in RULES] if len(rows) > 1 else [])


def _averages(rows: Sequence[LeaderboardRow]) -> dict[str, list[float]]:
    hits = ("tendency_hits", "goal_difference_hits", "exact_hits")
    counts = [[getattr(row, name) for row in rows] for name in hits]
    found = {QUOTA: [float(row.average_points) for row in rows]}  # type: ignore[attr-defined]
    for rule in RULES:
        points = points_under(rule, *counts).tolist()
        found[rule.name] = [each / row.score_matches for each, row in zip(points, rows, strict=True)]
    return found


def _ranks(values: Sequence[float]) -> list[int]:
    """Return the rank of each value, the largest first; equal values share a rank (1, 1, 3)."""
    return [1 + sum(other > value for other in values) for value in values]


def _correlation(name: str, averages: dict[str, list[float]]) -> RuleCorrelation:
    both = averages[QUOTA], averages[name]
    tau, rho = kendall(*both), spearman(*both)
    return RuleCorrelation(name, None if tau != tau else tau, None if rho != rho else rho)
