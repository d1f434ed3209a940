"""Metrics of the leaderboards. Views, API, CSV and pages contain what this table lists.

To add a metric, add a row here and in docs/api.md (a test compares the two), and a migration that recreates
the views with `LeaderboardViews` (stats/view_definitions.py).
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure of a leaderboard row.

    `name`: column of the views, field of the API and the CSV. `sql`: expression over a tally `t`. `label`:
    heading on pages; a metric without a label is not on pages, and leaderboards cannot be ordered by it.
    `help`: description in the OpenAPI schema and tooltip on pages. `kind`: counts are integers; averages and
    shares (0 to 1, shown as percentages) are null without predictions to average. `decimals`: on pages.
    """

    name: str
    sql: str
    label: str
    help: str
    kind: Literal["count", "average", "share"]
    decimals: int = 0
    higher_is_better: bool = True


METRICS = (
    Metric("points", "t.points", "Points", "Sum of all points.", "count"),
    Metric(
        "average_points",
        "t.points::float8 / nullif(t.score_matches, 0)",
        "Points per match",
        "Average points of the predicted scores, 0 to 10.",
        "average",
        decimals=2,
    ),
    Metric(
        "tendency_hits",
        "t.tendency_hits",
        "",
        "Number of predicted scores with the correct result: home win, draw or away win.",
        "count",
    ),
    Metric(
        "tendency_accuracy",
        "t.tendency_hits::float8 / nullif(t.score_matches, 0)",
        "Correct result",
        "Share of predicted scores with the correct result: home win, draw or away win.",
        "share",
        decimals=1,
    ),
    Metric(
        "goal_difference_hits",
        "t.goal_difference_hits",
        "",
        "Number of predicted scores with the correct goal difference.",
        "count",
    ),
    Metric(
        "exact_hits",
        "t.exact_hits",
        "",
        "Number of predicted scores that are exact.",
        "count",
    ),
    Metric(
        "exact_accuracy",
        "t.exact_hits::float8 / nullif(t.score_matches, 0)",
        "Exact score",
        "Share of predicted scores that are exact.",
        "share",
        decimals=1,
    ),
    Metric(
        "rps",
        "t.rps_sum::float8 / 1e9 / nullif(t.probability_matches, 0)",
        "RPS",
        "Average ranked probability score, 0 to 1; lower is better.",
        "average",
        decimals=4,
        higher_is_better=False,
    ),
    Metric(
        "brier",
        "t.brier_sum::float8 / 1e9 / nullif(t.probability_matches, 0)",
        "Brier",
        "Average Brier score, 0 to 2; lower is better.",
        "average",
        decimals=4,
        higher_is_better=False,
    ),
    Metric(
        "log_score",
        "t.log_score_sum::float8 / 1e9 / nullif(t.probability_matches, 0)",
        "Log score",
        "Average logarithmic score; lower is better.",
        "average",
        decimals=4,
        higher_is_better=False,
    ),
)
BY_NAME = {metric.name: metric for metric in METRICS}
DEFAULT_ORDERING = "average_points"
# Metrics of the pages, in the order of the columns: the default first.
RANKED = sorted(
    (metric for metric in METRICS if metric.label), key=lambda metric: metric.name != DEFAULT_ORDERING
)
ORDERINGS = [sign + metric.name for sign in ("", "-") for metric in RANKED]
