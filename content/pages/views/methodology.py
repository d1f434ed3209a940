"""Methodology page, with worked examples that are computed by the actual scoring rules."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from content.pages.forms import read
from content.pages.views.page import page
from content.pages.worked_examples import worked_examples
from scoring import rules
from scoring.rules import Points, Probabilities, Quotas

Score = tuple[int, int]
FIELD = 20  # number of score predictions assumed in the quota table


@page
def methodology(request: HttpRequest) -> HttpResponse:
    read(request)
    context = {
        "rules": rules,
        "field": FIELD,
        "quota_table": [(picks.start, picks[-1], quota) for picks, quota in quota_table(FIELD)],
        "examples": examples(),
        "most": rules.MAX_QUOTA + rules.GOAL_DIFFERENCE_BONUS + rules.EXACT_BONUS,
        "probability_examples": probability_examples(),
        "worked": worked_examples(),
    }
    return render(request, "content/methodology.html", context)


@dataclass(frozen=True, slots=True)
class Example:
    """Worked example of the scoring.

    Contains the numbers of predictions (home win, draw, away win), their quotas, a result, and the points of
    some predicted scores.
    """

    picks: tuple[int, int, int]
    quotas: Quotas
    result: Score
    awards: list[tuple[Score, Points]]


_EXAMPLES: tuple[tuple[tuple[int, int, int], Score, Sequence[Score]], ...] = (
    ((15, 3, 2), (2, 1), ((2, 1), (3, 2), (3, 1), (1, 1))),
    ((24, 4, 2), (0, 1), ((0, 1), (1, 2), (0, 2), (1, 0))),
    ((20, 12, 10), (0, 0), ((0, 0), (1, 1), (1, 0))),
)


def examples() -> list[Example]:
    """Compute the worked examples."""
    found = []
    for picks, result, guesses in _EXAMPLES:
        worth = rules.quotas(*picks)
        awards = [(guess, rules.points(guess, result, worth)) for guess in guesses]
        found.append(Example(picks, worth, result, awards))
    return found


def quota_table(total: int = 20) -> list[tuple[range, int]]:
    """Return (range, quota) pairs, smallest numbers first.

    An outcome (e.g. home win) is worth the quota if the number of its predictions is in the range. `total` is
    the number of predictions of all outcomes.
    """
    rows: list[tuple[range, int]] = []
    for picks in range(total + 1):
        quota = rules.quota(total, picks)
        if rows and rows[-1][1] == quota:
            rows[-1] = (range(rows[-1][0].start, picks + 1), quota)
        else:
            rows.append((range(picks, picks + 1), quota))
    return rows


@dataclass(frozen=True, slots=True)
class ProbabilityExample:
    """Scores (RPS, Brier score, log score) of one probability forecast for a result."""

    probabilities: Probabilities
    result: Score
    rps: float
    brier: float
    log_score: float


def probability_examples() -> list[ProbabilityExample]:
    """Score a bold, a cautious and a uniform forecast, for a home win and for a draw."""
    forecasts = (
        Probabilities(0.7, 0.2, 0.1),
        Probabilities(0.45, 0.3, 0.25),
        Probabilities(1 / 3, 1 / 3, 1 / 3),
    )
    return [
        ProbabilityExample(
            each,
            result,
            rps=rules.ranked_probability_score(each, result),
            brier=rules.brier_score(each, result),
            log_score=rules.log_score(each, result),
        )
        for result in ((2, 0), (1, 1))
        for each in forecasts
    ]
