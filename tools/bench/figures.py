"""Figures of the benchmark: a measurement, its baseline, and the limit of the ratio between the two.

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
    """Run an action and return its duration in seconds."""
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
    """Run `repeat` rounds and return the values of each measurement by its name.

    Each round runs every measurement once; the first measurement changes from round to round. A measurement
    is a function that returns its own value, so it can prepare and clean up outside the measured time.
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
    """Return a percentile of the values, which must not be empty. `share` is from 0 to 1.

    This is the value at index floor(share * n) of the n sorted values, or the last value if that index is n.
    """
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchFigure:
    """Row of the report: a measurement, with or without a baseline.

    With a baseline, `value` and `baseline` are medians, `best` is the best repeat of the measurement, and
    `beside` is the name of the baseline. Without a baseline, only `value` is set. `must` is the limit as
    text, e.g. "<= 1.6x". The limit applies to the ratio or, without a baseline, to the value. `met` is True
    if the limit is met, else False; it is None if there is no limit. `note` is a remark below the report.
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
    """Return the figure that compares a measurement (`sample`) with its baseline.

    The ratio is measurement / baseline. For durations with `at_least`, the ratio is inverted: it is the
    factor by which the measurement is faster.
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
    """Return a figure without a baseline. `at_most` limits the value, in the same unit."""
    must, met = _limit(value, at_most, None)
    return BenchFigure(number=number, what=what, unit=unit, value=value, must=must, met=met, note=note)


def _limit(value: float, at_most: float | None, at_least: float | None) -> tuple[str, bool | None]:
    """Return the limit as text, and True if the value is within the limit.

    Returns ("", None) if there is no limit.
    """
    if at_most is not None:
        return f"<= {at_most:g}", value <= at_most
    if at_least is not None:
        return f">= {at_least:g}", value >= at_least
    return "", None
