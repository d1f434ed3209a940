"""Comparison of two forecasters over their common matches."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matches.models import Forecaster
from scoring.rules import Tendency
from stats.analysis.common_matches import (
    PAIRED_METRICS,
    CommonMatch,
    common_matches,
    favourites,
    of_provenance,
    unit_of,
)
from stats.inference import confidence_sequences as cs
from stats.leaderboards import Board
from stats.metrics import Metric

MOST_SHOWN = 10  # number of matches with the largest differences
RESULTS = {"home": "Home win", "draw": "Draw", "away": "Away win"}
FAVOURITE, UPSET, NO_FAVOURITE = "The favourite won", "Upset", "No favourite"
_IN_ORDER = [FAVOURITE, UPSET, NO_FAVOURITE, *RESULTS.values()]


@dataclass(frozen=True, slots=True)
class Look:
    """State of a comparison after `matches` common matches, the newest of which is `match`.

    `low` and `high` are the ends of the interval; they are None below 50 matches.
    """

    match: CommonMatch
    matches: int
    difference: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class MetricComparison:
    """Means of one metric over the common matches, and their difference (`a` minus `b`).

    `low` and `high` are the ends of the interval of the difference. `evidence` is the e-value against equal
    skill. `matches_needed` is the number of further matches after which the interval excludes 0, if mean and
    spread stay the same; None above 10,000. These four are None below 50 matches.
    """

    metric: Metric
    matches: int
    a_mean: float
    b_mean: float
    difference: float
    low: float | None
    high: float | None
    evidence: float | None
    matches_needed: int | None

    @property
    def ahead(self) -> str:
        """Return "a" if `a` has the better mean, "b" if `b` has it, and "" if both are equal."""
        gain = self.difference if self.metric.higher_is_better else -self.difference
        return "a" if gain > 0 else "b" if gain < 0 else ""

    @property
    def is_separated(self) -> bool:
        """Return True if the interval excludes 0."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True, slots=True)
class Group:
    """Common matches that share a property, with the mean difference over them."""

    label: str
    matches: int
    difference: float


@dataclass(frozen=True)
class HeadToHead:
    """Comparison of `a` with `b` over their common matches with one provenance, oldest first.

    `counts` contains the numbers of all their common matches by provenance.
    """

    a: Forecaster
    b: Forecaster
    provenance: str
    counts: dict[str, int]
    matches: list[CommonMatch]

    @cached_property
    def metrics(self) -> list[MetricComparison]:
        """Comparisons by each metric for which both have scores."""
        found = [(metric, self.differences(metric.name)) for metric in PAIRED_METRICS]
        return [_compare(metric, matches, values) for metric, (matches, values) in found if matches]

    @property
    def record(self) -> tuple[int, int, int]:
        """Numbers of matches in which `a` had more points than `b`, equally many, and fewer."""
        signs = np.sign(self.differences("average_points")[1])
        return int((signs > 0).sum()), int((signs == 0).sum()), int((signs < 0).sum())

    def differences(self, metric: str) -> tuple[list[CommonMatch], NDArray[np.int64]]:
        """Return the matches for which both have a score of this metric, and the differences."""
        matches = [each for each in self.matches if each.difference(metric) is not None]
        return matches, np.array([each.difference(metric) for each in matches], dtype=np.int64)

    def looks(self, metric: str) -> list[Look]:
        """Return the difference and its interval after each common match."""
        matches, values = self.differences(metric)
        scaled, count = values / unit_of(metric), np.arange(1, len(values) + 1)
        total, squares = np.cumsum(values) / unit_of(metric), np.cumsum(scaled * scaled)
        low, high = cs.interval(count, total, squares)
        columns = (matches, count, total / count, low, high)
        return [
            Look(match, int(n), float(mean), _known(start), _known(end))
            for match, n, mean, start, end in zip(*columns, strict=True)
        ]

    def largest(self, metric: str) -> list[CommonMatch]:
        """Return at most MOST_SHOWN matches, those with the largest differences in either direction first.

        Matches without a difference are left out; of equal differences the newer match comes first.
        """
        matches, values = self.differences(metric)
        order = sorted(range(len(matches)), key=lambda place: (abs(values[place]), place), reverse=True)
        return [matches[place] for place in order[:MOST_SHOWN] if values[place]]

    def groups(self, metric: str) -> dict[str, list[Group]]:
        """Return the mean differences by stage, by favourite or upset, and by result. One query."""
        expected = favourites(self.matches)
        kinds: dict[str, Callable[[CommonMatch], str]] = {
            "stage": lambda match: f"{match.season}: {match.stage}",
            "favourite": lambda match: _favourite_or_upset(match, expected),
            "result": lambda match: RESULTS[match.result],
        }
        matches = self.differences(metric)[0]
        return {name: _grouped(matches, label, metric) for name, label in kinds.items()}


def head_to_head(a: Forecaster, b: Forecaster, board: Board, provenance: str | None = None) -> HeadToHead:
    """Compare two forecasters on a board. One query.

    Without `provenance`, live predictions are compared if both have some for the same match, and back-tests
    otherwise.
    """
    found = common_matches(a.pk, b.pk, board)
    counts = {name: len(of_provenance(found, name)) for name in ("live", "archive", "mixed")}
    chosen = provenance or ("live" if counts["live"] else "archive")
    return HeadToHead(a, b, chosen, counts, of_provenance(found, chosen))


def _compare(metric: Metric, matches: list[CommonMatch], values: NDArray[np.int64]) -> MetricComparison:
    unit, count = unit_of(metric.name), len(values)
    scaled = values / unit
    sums = (count, values.sum() / unit, (scaled * scaled).sum())
    low, high = cs.interval(*sums)
    needed = _known(cs.matches_needed(*sums))
    a_sum, b_sum = (sum(getattr(scores, metric.name) for scores in side) for side in _sides(matches))
    return MetricComparison(
        metric,
        count,
        a_mean=a_sum / unit / count,
        b_mean=b_sum / unit / count,
        difference=float(sums[1] / count),
        low=_known(low),
        high=_known(high),
        evidence=_known(cs.evidence(*sums)),
        matches_needed=None if needed is None else int(needed),
    )


def _sides(matches: Iterable[CommonMatch]) -> tuple[list[object], list[object]]:
    return [each.a for each in matches], [each.b for each in matches]


def _favourite_or_upset(match: CommonMatch, expected: dict[int, Tendency | None]) -> str:
    favourite = expected.get(match.id)
    if favourite is None:
        return NO_FAVOURITE
    return FAVOURITE if favourite == match.result else UPSET


def _grouped(matches: list[CommonMatch], label: Callable[[CommonMatch], str], metric: str) -> list[Group]:
    found: dict[str, list[int]] = {}
    for match in matches:
        found.setdefault(label(match), []).append(match.difference(metric) or 0)
    unit = unit_of(metric)
    names = sorted(found, key=lambda name: _IN_ORDER.index(name) if name in _IN_ORDER else 0)
    return [Group(name, len(found[name]), sum(found[name]) / unit / len(found[name])) for name in names]


def _known(value: Any) -> float | None:
    """Return a float, or None for NaN."""
    number = float(value)
    return None if np.isnan(number) else number
