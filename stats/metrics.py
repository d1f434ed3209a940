"""Metrics of the leaderboards. The database views, the API, the CSV output and the pages read METRICS.

To add a metric, add it to METRICS and to docs/api.md (a test compares the two), and write a migration that
recreates the database views with `LeaderboardViews` (stats/view_definitions.py).
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure of a leaderboard row.

    - `name`: name of the column in the database views, and of the field in the API and the CSV output
    - `sql`: SQL expression that computes the figure from a row `t` of stats_tally
    - `label`: heading on pages; a metric with an empty label is not shown on pages and cannot be used as the
      order of a leaderboard
    - `help`: description in the OpenAPI schema, and tooltip on pages
    - `kind`: counts are integers; averages and shares (0 to 1, shown as percentages) are null if there are no
      predictions to average
    - `decimals`: number of decimal places on pages
    """

    name: str
    sql: str
    label: str
    help: str
    kind: Literal["count", "average", "share"]
    decimals: int = 0
    higher_is_better: bool = True


def _count(name: str, label: str, help: str) -> Metric:
    return Metric(name, f"t.{name}", label, help, "count")


def _share(name: str, hits: str, label: str, help: str) -> Metric:
    sql = f"t.{hits}::float8 / nullif(t.score_matches, 0)"
    return Metric(name, sql, label, help, "share", decimals=1)


def _probability_score(name: str, label: str, help: str) -> Metric:
    sql = f"t.{name}_sum::float8 / 1e9 / nullif(t.probability_matches, 0)"
    help = f"{help}; lower is better."
    return Metric(name, sql, label, help, "average", decimals=4, higher_is_better=False)


METRICS = (
    _count("points", "Points", "Sum of all points."),
    Metric(
        "average_points",
        "t.points::float8 / nullif(t.score_matches, 0)",
        "Points per match",
        "Average points of the predicted scores, 0 to 10.",
        "average",
        decimals=2,
    ),
    _count("tendency_hits", "", "Number of predicted scores with the correct result (win or draw)."),
    _share(
        "tendency_accuracy",
        "tendency_hits",
        "Correct result",
        "Share of predicted scores with the correct result (win or draw).",
    ),
    _count("goal_difference_hits", "", "Number of predicted scores with the correct goal difference."),
    _count("exact_hits", "", "Number of predicted scores that are exact."),
    _share("exact_accuracy", "exact_hits", "Exact score", "Share of predicted scores that are exact."),
    _probability_score("rps", "RPS", "Average ranked probability score, 0 to 1"),
    _probability_score("brier", "Brier", "Average Brier score, 0 to 2"),
    _probability_score("log_score", "Log score", "Average logarithmic score"),
)
BY_NAME = {metric.name: metric for metric in METRICS}
DEFAULT_ORDERING = "average_points"
# Metrics shown on pages, in the order of their columns. The metric of the default order comes first.
RANKED = sorted(
    (metric for metric in METRICS if metric.label), key=lambda metric: metric.name != DEFAULT_ORDERING
)
# Order by a score adjusted for the difficulty of the matches (docs/inference.md) -> the metric of the score.
ADJUSTED = {f"adjusted_{name}": BY_NAME[name] for name in ("rps", "brier")}
ORDERINGS = [*(sign + metric.name for sign in ("", "-") for metric in RANKED), *ADJUSTED]


def metric_of(ordering: str) -> Metric:
    """Return the metric by which an order of a leaderboard compares the forecasters."""
    return ADJUSTED.get(ordering) or BY_NAME[ordering.removeprefix("-")]
