"""Benchmark figures: a measurement, its baseline, and the limit of their ratio."""

from collections.abc import Callable
from dataclasses import dataclass

from tools.bench.timing import Sample


@dataclass(frozen=True, slots=True)
class RatioLimit:
    """Limit of a ratio, e.g. `at_most(1.6)`."""

    words: str
    holds: Callable[[float], bool | None]


ONLY_TOLD = RatioLimit("", lambda _: None)


def at_most(bound: float) -> RatioLimit:
    return RatioLimit(f"<= {bound:g}x", lambda ratio: ratio <= bound)


def at_least(bound: float) -> RatioLimit:
    return RatioLimit(f">= {bound:g}x", lambda ratio: ratio >= bound)


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchFigure:
    """One line of the report.

    `value` and `yardstick` are medians in `unit`; the limit applies to `ratio`. `met` is None for figures
    without a limit. `minimum` and `yardstick_minimum` are the best of the repeats; `note` is for readers.
    """

    number: str
    what: str
    unit: str
    value: float
    beside: str = ""
    yardstick: float | None = None
    ratio: float | None = None
    must: str = ""
    met: bool | None = None
    minimum: float | None = None
    yardstick_minimum: float | None = None
    note: str = ""

    def as_dict(self) -> dict[str, object]:
        return {
            "name": f"{self.number} {self.what} ({self.unit})",
            "value": self.value,
            "yardstick": self.yardstick,
            "ratio": self.ratio,
            "must": self.must,
            "met": self.met,
        }


def slower(
    number: str,
    what: str,
    sample: Sample,
    *,
    beside: str,
    yardstick: Sample,
    limit: RatioLimit,
    note: str = "",
) -> BenchFigure:
    """Return the figure with ratio = sample / baseline, for durations: how many times as long."""
    return _compared(number, what, sample, beside, yardstick, sample.median / yardstick.median, limit, note)


def faster(
    number: str,
    what: str,
    sample: Sample,
    *,
    beside: str,
    yardstick: Sample,
    limit: RatioLimit,
    note: str = "",
) -> BenchFigure:
    """Return the figure with ratio = baseline / sample, for durations: how many times faster."""
    return _compared(number, what, sample, beside, yardstick, yardstick.median / sample.median, limit, note)


def rate(
    number: str,
    what: str,
    sample: Sample,
    *,
    beside: str,
    yardstick: Sample,
    limit: RatioLimit,
    note: str = "",
) -> BenchFigure:
    """Return the figure with ratio = sample / baseline, for rates (e.g. requests per second)."""
    return _compared(number, what, sample, beside, yardstick, sample.median / yardstick.median, limit, note)


def reported(number: str, what: str, value: float, *, unit: str, note: str = "") -> BenchFigure:
    """Return a figure without a limit."""
    return BenchFigure(number=number, what=what, unit=unit, value=value, note=note)


def bounded(number: str, what: str, value: float, *, unit: str, most: float, note: str = "") -> BenchFigure:
    """Return a figure with an absolute limit: a count, or seconds compared with a configured delay."""
    return BenchFigure(
        number=number, what=what, unit=unit, value=value, must=f"<= {most:g}", met=value <= most, note=note
    )


def _compared(
    number: str,
    what: str,
    sample: Sample,
    beside: str,
    yardstick: Sample,
    ratio: float,
    limit: RatioLimit,
    note: str,
) -> BenchFigure:
    return BenchFigure(
        number=number,
        what=what,
        unit=sample.unit,
        value=sample.median,
        beside=beside,
        yardstick=yardstick.median,
        ratio=ratio,
        must=limit.words,
        met=limit.holds(ratio),
        minimum=sample.best,
        yardstick_minimum=yardstick.best,
        note=note,
    )
