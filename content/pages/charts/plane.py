"""Coordinates of the SVG charts. Templates draw them; every chart has a table with its numbers."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 400, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 16, 10, 28  # margins that contain the labels of the axes


@dataclass(frozen=True, slots=True)
class Tick:
    """Mark on an axis: its position in the chart and its label."""

    at: float
    label: str


@dataclass(frozen=True)
class Plane:
    """Area of a chart: converts values to coordinates.

    `x` and `y` are the ranges of values that the area shows.
    """

    x: tuple[float, float]
    y: tuple[float, float]
    width: int = WIDTH
    height: int = HEIGHT
    x_ticks: list[Tick] = field(default_factory=list)
    y_ticks: list[Tick] = field(default_factory=list)

    @property
    def left(self) -> int:
        return LEFT

    @property
    def right(self) -> int:
        return self.width - RIGHT

    @property
    def top(self) -> int:
        return TOP

    @property
    def bottom(self) -> int:
        return self.height - BOTTOM

    def across(self, value: float) -> float:
        """Return the horizontal coordinate of a value."""
        return _scaled(value, self.x, self.left, self.right)

    def up(self, value: float) -> float:
        """Return the vertical coordinate of a value; larger values are further up."""
        return _scaled(value, self.y, self.bottom, self.top)

    def path(self, points: Iterable[tuple[float, float]]) -> str:
        """Return points as the attribute `points` of a polyline or polygon."""
        return " ".join(f"{self.across(x):g},{self.up(y):g}" for x, y in points)


def plane(
    x: tuple[float, float],
    y: tuple[float, float],
    *,
    width: int = WIDTH,
    height: int = HEIGHT,
    x_places: int = 0,
    y_places: int,
) -> Plane:
    """Return an area for these ranges of values, with about five ticks on each axis.

    `x_places` and `y_places` are the decimals of the labels.
    """
    made = Plane(_widened(x), _widened(y), width, height)
    made.x_ticks.extend(Tick(made.across(each), _label(each, x_places)) for each in _round_values(made.x))
    made.y_ticks.extend(Tick(made.up(each), _label(each, y_places)) for each in _round_values(made.y))
    return made


def span(values: Sequence[float]) -> tuple[float, float]:
    """Return the smallest and the largest value, and always include 0."""
    return min(0.0, *values), max(0.0, *values)


def _widened(limits: tuple[float, float]) -> tuple[float, float]:
    return limits if limits[1] > limits[0] else (limits[0], limits[0] + 1)


def _scaled(value: float, limits: tuple[float, float], start: int, stop: int) -> float:
    low, high = limits
    inside = min(max(value, low), high)
    return round(start + (inside - low) / (high - low) * (stop - start), 1)


def _round_values(limits: tuple[float, float]) -> list[float]:
    """Return multiples of 1, 2 or 5 times a power of ten: at least three, at most eight."""
    low, high = limits
    step = 1e-6
    factors = (2, 2.5, 2)
    turn = 0
    while (high - low) / step > 6:
        step *= factors[turn % 3]
        turn += 1
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def _label(value: float, places: int) -> str:
    text = f"{value:.{places}f}"
    return text.replace("-", "\N{MINUS SIGN}") if float(text) else text.replace("-", "")
