"""Progress of the replay on stderr: a live line in a terminal, otherwise one line per matchday."""

import sys
from typing import NamedTuple

from rich.console import Console

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

    def __str__(self) -> str:
        return "{} matches scored, views refreshed {} times, {} roundups written".format(*self)


class Progress:
    """Context manager that displays the progress; `update()` may be called at any rate."""

    def __init__(self) -> None:
        self.console = Console(stderr=True, highlight=False)
        self.live = self.console.status("")
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
        self.console.print(text)

    def matchday(self, label: str, number: int) -> None:
        self.heading = f"{label}, matchday {number}"
        self.update()
        if not self.console.is_terminal:
            print(f"{self.heading}: {self.counts}", file=sys.stderr, flush=True)

    def update(self) -> None:
        self.counts = Counts.now()
        self.live.update(f"[bold]{self.heading}[/bold]   {self.counts}")
