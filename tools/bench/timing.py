"""Alternating measurements, so that temporary slowness of the machine affects all of them alike."""

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

    A measurement returns its own value, so that it can prepare and clean up outside of it.
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
