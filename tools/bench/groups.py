"""Groups of benchmark figures, and the context that they are measured in."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module

from tools.bench.database import Databases
from tools.bench.figures import BenchFigure
from tools.bench.scale import Scale
from tools.bench.timing import Sample, alternate

# Each is a module of this package with `figures(bench) -> Iterator[BenchFigure]`.
GROUPS = {
    "scoring": "tools.bench.measure.scoring",
    "settle": "tools.bench.measure.settle",
    "refresh": "tools.bench.measure.refreshing",
    "read": "tools.bench.measure.read",
    "slow": "tools.bench.measure.slow",
    "import": "tools.bench.measure.importing",
    "pipeline": "tools.bench.measure.pipeline",
    "community": "tools.bench.measure.community",
}


@dataclass(frozen=True, slots=True)
class Bench:
    """Context of a benchmark: databases, sizes of the data, and a callback for progress messages."""

    databases: Databases
    scale: Scale
    say: Callable[[str], None]

    def alternate(
        self, measurements: Mapping[str, Callable[[], float]], *, unit: str = "s"
    ) -> dict[str, Sample]:
        """Measure alternately, as often as the scale demands."""
        return alternate(measurements, repeat=self.scale.repeat, say=self.say, unit=unit)


def figures(groups: list[str], bench: Bench) -> Iterator[BenchFigure]:
    """Measure these groups one after another; yield each figure once it has been measured."""
    for group in groups:
        bench.say(f"--- {group}")
        yield from import_module(GROUPS[group]).figures(bench)
