"""Progress of the replay on stderr: a live line in a terminal, otherwise one line per matchday."""

import sys
from typing import NamedTuple

from rich.console import Console
from rich.live import Live
from rich.table import Table

from content.models import Roundup
from scoring.models import Settlement
from stats.models import ViewRefresh
from stats.refresh.matviews import VERSIONED


class Counts(NamedTuple):
    """Progress of the pipeline."""

    scored: int
    refreshes: int
    roundups: int

    @classmethod
    def now(cls) -> "Counts":
        return cls(
            Settlement.objects.filter(superseded_at__isnull=True).count(),
            ViewRefresh.objects.filter(view=VERSIONED).count(),
            Roundup.objects.filter(status=Roundup.Status.PUBLISHED).count(),
        )


class Progress:
    """Context manager that displays the progress; `update()` may be called at any rate."""

    def __init__(self) -> None:
        self.console = Console(stderr=True)
        self.live = Live(console=self.console, refresh_per_second=4, transient=True)
        self.heading = ""
        self.counts = Counts(0, 0, 0)

    def __enter__(self) -> "Progress":
        if self.console.is_terminal:
            self.live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.live.stop()

    def say(self, text: str) -> None:
        self.heading = text
        self.console.print(text, highlight=False)

    def matchday(self, label: str, number: int) -> None:
        self.heading = f"{label}, matchday {number}"
        self.update()
        if not self.console.is_terminal:
            print(f"{self.heading}: {self._sentence()}", file=sys.stderr, flush=True)

    def update(self) -> None:
        self.counts = Counts.now()
        if self.console.is_terminal:
            self.live.update(self._table())

    def _sentence(self) -> str:
        return "{} matches scored, views refreshed {} times, {} roundups written".format(*self.counts)

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 3))
        table.add_row(f"[bold]{self.heading}[/bold]", self._sentence())
        return table
