"""Alternating measurements, and figures: a measurement, its baseline, and the limit of their ratio.

Measurements alternate, so that temporary slowness of the machine affects all of them alike.
"""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Sample:
    """Repeats of one measurement in seconds (less is better) or requests/s (more is better)."""

    unit: str = "s"
    values: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def best(self) -> float:
        return min(self.values) if self.unit == "s" else max(self.values)


def seconds(action: Callable[[], object]) -> float:
    """Return how long an action takes."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def alternate(
    measurements: Mapping[str, Callable[[], float]],
    *,
    repeat: int,
    say: Callable[[str], None],
    unit: str = "s",
) -> dict[str, Sample]:
    """Run each measurement once per round; each round begins with a different one.

    A measurement returns its value itself, so its preparation and cleanup need not be part of the value.
    """
    samples = {name: Sample(unit) for name in measurements}
    names = list(measurements)
    for number in range(repeat):
        start = number % len(names)
        for name in names[start:] + names[:start]:
            samples[name].values.append(measurements[name]())
        say(f"round {number + 1} of {repeat}")
    return samples


def percentile(values: list[float], share: float) -> float:
    """Return the nearest-rank percentile of at least one value."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchFigure:
    """One line of the report.

    `value` and `baseline` are medians in `unit`, `best` is the best of the repeats. `must` is the limit of
    the ratio, or of the value of a figure without baseline; `met` is None without a limit. `note` is for
    readers.
    """

    number: str
    what: str
    unit: str
    value: float
    best: float | None = None
    beside: str = ""
    baseline: float | None = None
    ratio: float | None = None
    must: str = ""
    met: bool | None = None
    note: str = ""

    def as_dict(self) -> dict[str, object]:
        return {
            "name": f"{self.number} {self.what} ({self.unit})",
            "value": self.value,
            "yardstick": self.baseline,
            "ratio": self.ratio,
            "must": self.must,
            "met": self.met,
        }


def compared(
    number: str,
    what: str,
    sample: Sample,
    beside: str,
    baseline: Sample,
    *,
    at_most: float | None = None,
    at_least: float | None = None,
    note: str = "",
) -> BenchFigure:
    """Return the figure with the ratio of a measurement to its baseline.

    For durations with `at_least`, the ratio is inverted: how many times faster than the baseline.
    """
    ratio = sample.median / baseline.median
    if sample.unit == "s" and at_least is not None:
        ratio = 1 / ratio
    must, met = _limit(ratio, at_most, at_least)
    return BenchFigure(
        number=number,
        what=what,
        unit=sample.unit,
        value=sample.median,
        best=sample.best,
        beside=beside,
        baseline=baseline.median,
        ratio=ratio,
        must=f"{must}x" if must else "",
        met=met,
        note=note,
    )


def single(
    number: str, what: str, value: float, unit: str, *, at_most: float | None = None, note: str = ""
) -> BenchFigure:
    """Return a figure without a baseline; a limit is in its unit."""
    must, met = _limit(value, at_most, None)
    return BenchFigure(number=number, what=what, unit=unit, value=value, must=must, met=met, note=note)


def _limit(value: float, at_most: float | None, at_least: float | None) -> tuple[str, bool | None]:
    """Return the limit as text, and whether the value is within it; None if there is no limit."""
    if at_most is not None:
        return f"<= {at_most:g}", value <= at_most
    if at_least is not None:
        return f">= {at_least:g}", value >= at_least
    return "", None
