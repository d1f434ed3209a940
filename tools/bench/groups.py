"""Groups of benchmark figures, the sizes of their data, and the context that they are measured in."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module

from tools.bench.database import Databases
from tools.bench.figures import BenchFigure, Sample, alternate


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Sizes of the data, and the number of rounds (`repeat`).

    `histories` are numbers of past predictions, `communities` numbers of forecasters. The first number of
    each tuple is the size of the baseline.
    """

    histories: tuple[int, ...] = (100_000, 1_000_000, 10_000_000)
    repeat: int = 5
    forecasters: int = 50
    few: int = 50
    some: int = 10_000
    many: int = 100_000
    imported: int = 1_000_000
    reads: int = 1_000
    seconds: float = 4
    readers: int = 100
    slow: int = 200
    results: int = 40
    backlog: int = 1_000
    communities: tuple[int, int] = (10_000, 100_000)
    community_matches: int = 380


# For a smoke test of some seconds; its figures are meaningless.
TINY = Scale(
    histories=(2_000, 4_000),
    repeat=1,
    forecasters=10,
    few=5,
    some=50,
    many=200,
    imported=2_000,
    reads=20,
    seconds=0.3,
    readers=5,
    slow=20,
    results=2,
    backlog=10,
    communities=(60, 120),
    community_matches=20,
)


def rows(text: str) -> int:
    """Parse a number of rows: 100k, 1M, 2500. Raises ValueError."""
    factor = {"k": 1_000, "M": 1_000_000}.get(text[-1:], 1)
    number = text[:-1] if factor > 1 else text
    if not number.isdecimal() or int(number) == 0:
        raise ValueError(f"{text!r} is not a number of rows such as 100k or 1M.")
    return int(number) * factor


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
        """Call figures.alternate() with `scale.repeat` rounds."""
        return alternate(measurements, repeat=self.scale.repeat, say=self.say, unit=unit)


def figures(groups: list[str], bench: Bench) -> Iterator[BenchFigure]:
    """Measure these groups one after another; yield each figure once it has been measured."""
    for group in groups:
        bench.say(f"--- {group}")
        yield from import_module(GROUPS[group]).figures(bench)
