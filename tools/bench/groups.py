"""Groups of benchmark figures, and the context that they are measured in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module

from tools.bench.database import Databases
from tools.bench.figures import BenchFigure
from tools.bench.scale import Scale

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
# Without limits; run only if named.
EXPERIMENTS = {"partition": "tools.bench.measure.partition"}


@dataclass(frozen=True, slots=True)
class Bench:
    """Context of a benchmark: databases, sizes of the data, and a callback for progress messages."""

    databases: Databases
    scale: Scale
    say: Callable[[str], None]


def figures(groups: list[str], bench: Bench) -> Iterator[BenchFigure]:
    """Measure these groups one after another; yield each figure once it has been measured."""
    for group in groups:
        bench.say(f"--- {group}")
        yield from import_module((GROUPS | EXPERIMENTS)[group]).figures(bench)
