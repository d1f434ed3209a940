"""The numbers of the methodology page, computed by the very rules that score: nothing is typed by hand."""

from collections.abc import Sequence
from dataclasses import dataclass

from scoring import rules
from scoring.rules import Points, Probabilities, Quotas

Score = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Example:
    """A field of forecasters, a result, and what some picks are worth."""

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
    """The worked examples of the design, calculated now."""
    found = []
    for picks, result, guesses in _EXAMPLES:
        worth = rules.quotas(*picks)
        awards = [(guess, rules.points(guess, result, worth)) for guess in guesses]
        found.append(Example(picks, worth, result, awards))
    return found


def quota_table(total: int = 20) -> list[tuple[range, int]]:
    """For a field of `total` score predictions: which numbers of picks give which quota, fewest first."""
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
    """Three probabilities under a result."""

    probabilities: Probabilities
    result: Score
    rps: float
    brier: float
    log_score: float


def probability_examples() -> list[ProbabilityExample]:
    """A bold forecast, a careful one and a coin, under a home win and a draw."""
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
