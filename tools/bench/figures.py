"""Benchmark figures: a measurement, its baseline, and the limit of their ratio."""

from dataclasses import dataclass

from tools.bench.timing import Sample


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

    Durations with a lower limit are compared the other way round: how many times faster than the baseline.
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
