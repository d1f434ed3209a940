"""The groups of figures, and what each of them is given."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module

from config.bench.database import Databases
from config.bench.figures import Figure
from config.bench.scale import Scale

# Each is a module of this package with `figures(bench) -> Iterator[Figure]`.
GROUPS = {
    "scoring": "config.bench.scoring",
    "settle": "config.bench.settle",
    "refresh": "config.bench.refresh",
    "read": "config.bench.read",
    "slow": "config.bench.slow",
    "import": "config.bench.importing",
    "pipeline": "config.bench.pipeline",
    "community": "config.bench.community",
}
# No figure that must be anything; run by name only.
EXPERIMENTS = {"partition": "config.bench.partition"}


@dataclass(frozen=True, slots=True)
class Bench:
    """Databases of our own, how much to put into them, and somebody who listens."""

    databases: Databases
    scale: Scale
    say: Callable[[str], None]


def figures(groups: list[str], bench: Bench) -> Iterator[Figure]:
    """Measure these groups one after another; each figure as soon as it is there."""
    for group in groups:
        bench.say(f"--- {group}")
        yield from import_module((GROUPS | EXPERIMENTS)[group]).figures(bench)
