"""A page of a leaderboard over the matches that all of its ranked forecasters predicted."""

from dataclasses import replace
from typing import Any

from core.db import sql
from stats.leaderboard_page import LeaderboardPage, Ranked
from stats.leaderboards import Selection
from stats.metrics import BY_NAME, METRICS, Metric, metric_of
from stats.models import Provenance, Scope
from stats.row_inference import NOTHING_STATED, InferenceState
from stats.tallies import fold

MOST_MATCHES = 2_000  # the newest ones
_SUMS = [name for name in fold.SUMS if "_excess" not in name]
_STATEMENT = sql.read("stats/sql/common_to_all.sql")
# Provenances of predictions that a leaderboard counts.
_MADE_OF = {
    Provenance.ALL: ["live", "archive", "exposed"],
    Provenance.LIVE: ["live"],
    Provenance.ARCHIVE: ["archive"],
    Provenance.HINDSIGHT: ["hindsight"],
}


def over_common_matches(page: LeaderboardPage, selection: Selection) -> LeaderboardPage:
    """Return the page with its ranked rows only, and with figures over matches that all of these predicted.

    Ranks are computed among these rows. Columns about chance are empty. Of the forecaster with fewest
    matches, only the newest MOST_MATCHES are considered. One query.
    """
    metric = metric_of(selection.ordering)
    ranked = {row.slug: row for row in page.rows if row.rank is not None}
    counted = _counted(ranked, selection, metric) if ranked else {}
    rows = [
        ranked[slug]._replace(matches=matches, figures=figures, inference=NOTHING_STATED)
        for slug, (matches, figures) in counted.items()
    ]
    return replace(
        page,
        rows=_ranked(rows, metric, selection.ordering),
        common_matches=max((row.matches for row in rows), default=0),
        inference=InferenceState("common"),
    )


def _counted(
    rows: dict[str, Ranked], selection: Selection, metric: Metric
) -> dict[str, tuple[int, dict[str, float | None]]]:
    board = selection.board
    column = "points" if metric.name not in ("rps", "brier", "log_score") else metric.name
    statement = _STATEMENT.format(
        column=column,
        sums=", ".join(f"{fold.SUMS[name]} AS {name}" for name in _SUMS),
        metrics=", ".join(each.sql for each in METRICS),
    )
    values: dict[str, Any] = {
        "slugs": [*rows],
        "number": len(rows),
        "fewest": min(rows.values(), key=lambda row: row.matches).slug,
        "made_of": _MADE_OF[Provenance(selection.provenance)],
        "limit": MOST_MATCHES,
        **{
            scope: board.scope_id if board.scope == scope else None
            for scope in (Scope.SEASON, Scope.COMPETITION, Scope.TEAM)
        },
    }
    found = sql.fetch_all(statement, values)
    return {slug: (matches, dict(zip(BY_NAME, figures, strict=True))) for slug, matches, *figures in found}


def _ranked(rows: list[Ranked], metric: Metric, ordering: str) -> list[Ranked]:
    """Return the rows in the requested order, then by name; rows with equal values share a rank."""
    sign = -1 if ordering.startswith("-") or metric.higher_is_better else 1
    values = {row.slug: sign * (row.figures[metric.name] or 0.0) for row in rows}
    ordered = sorted(rows, key=lambda row: (values[row.slug], row.name))
    return [
        row._replace(
            rank=1 + sum(value < values[row.slug] for value in values.values()),
            sharing=sum(value == values[row.slug] for value in values.values()),
        )
        for row in ordered
    ]
