"""A figure: what was measured, beside what, and whether that is good enough."""

from collections.abc import Callable
from dataclasses import dataclass

from tools.bench.timing import Sample


@dataclass(frozen=True, slots=True)
class RatioLimit:
    """What a ratio must be, such as `at_most(1.6)`."""

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

    `value` and `yardstick` are medians in `unit`; `ratio` is judged. `met` is None for what is only
    reported. `minimum` and `yardstick_minimum` are the best of the repeats, `note` what a reader must know.
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
    """How many times as long as the yardstick it takes."""
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
    """How many times faster than the yardstick it is."""
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
    """What part of the yardstick's rate (requests a second, say) it has."""
    return _compared(number, what, sample, beside, yardstick, sample.median / yardstick.median, limit, note)


def reported(number: str, what: str, value: float, *, unit: str, note: str = "") -> BenchFigure:
    """A number without a judgement."""
    return BenchFigure(number=number, what=what, unit=unit, value=value, note=note)


def bounded(number: str, what: str, value: float, *, unit: str, most: float, note: str = "") -> BenchFigure:
    """A number that is judged as it is: a count, or seconds beside a delay that we chose ourselves."""
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
