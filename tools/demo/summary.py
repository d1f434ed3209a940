"""Progress of a replay on stderr, and its summary on stdout.

The progress is a live line in a terminal, otherwise one line per matchday. The summary is read from the
database and, for the leaderboard, from the API.
"""

import json
import os
import sys
import urllib.request
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, QuerySet
from rich.console import Console
from rich.table import Table

from content.models import Roundup
from core.pipeline.models import JobRun
from matches.models import Match, Prediction
from matches.statuses import Status
from scoring.models import Settlement
from stats.models import ViewRefresh
from stats.refresh.latency import whistle_to_leaderboard
from stats.refresh.matviews import VERSIONED


class Counts(NamedTuple):
    """Counts that show the progress of the pipeline."""

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
    """Context manager that displays the progress. `update()` reads the counts and displays them."""

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


ROWS = 10


def collect(*, seconds: float) -> dict[str, Any]:
    """Return the summary as the JSON object that `--json` prints."""
    latency = whistle_to_leaderboard()
    return {
        "matches_finished": finished().count(),
        "predictions": Prediction.objects.current().count(),
        "settlements": Settlement.objects.count(),
        "view_refreshes": ViewRefresh.objects.filter(view=VERSIONED).count(),
        "roundups": Roundup.objects.filter(status=Roundup.Status.PUBLISHED).count(),
        "failed_jobs": JobRun.objects.filter(state=JobRun.State.FAILED).count(),
        "whistle_to_leaderboard_seconds": {"median": latency.median, "p95": latency.p95},
        "seconds": round(seconds, 1),
        "leaderboard": leaderboard(),
    }


def finished() -> QuerySet[Match]:
    return Match.objects.filter(status=Status.FINISHED)


def unfinished() -> QuerySet[Match]:
    """Return the finished matches for which the pipeline has work to do.

    These are matches whose newest result is not scored, is not counted in the leaderboards, or has no
    published roundup.
    """
    scored = Settlement.objects.filter(
        match=OuterRef("pk"),
        result_version=OuterRef("result_version"),
        superseded_at__isnull=True,
        folded_at__isnull=False,
    )
    every_score = scored.annotate(scores_now=Count("scores")).filter(scores_now=F("predictions"))
    written = Roundup.objects.filter(
        match=OuterRef("pk"), result_version=OuterRef("result_version"), status=Roundup.Status.PUBLISHED
    )
    return finished().exclude(Exists(every_score), Exists(written))


def is_complete() -> bool:
    """Return True if there are finished matches, and all are scored, counted and have a roundup."""
    return finished().exists() and not unfinished().exists()


def leaderboard() -> list[dict[str, Any]]:
    """Return the first rows of the overall leaderboard, as served by the API."""
    url = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/api/v1/leaderboard/?page_size={ROWS}"
    with urllib.request.urlopen(url, timeout=10) as answer:
        return list(json.load(answer)["results"])


def show(summary: dict[str, Any], *, as_json: bool) -> None:
    """Print the summary: one JSON object as the last line of stdout, or a table."""
    if as_json:
        print(json.dumps(summary), flush=True)
        return
    console = Console(file=sys.stdout, width=100)
    for name, value in summary.items():
        if name not in ("leaderboard", "whistle_to_leaderboard_seconds"):
            console.print(f"{name.replace('_', ' '):>20}  {value}", highlight=False)
    wait = summary["whistle_to_leaderboard_seconds"]
    console.print(f"whistle to leaderboard: median {wait['median']} s, p95 {wait['p95']} s", highlight=False)
    console.print(_table(summary["leaderboard"]))


def _table(rows: list[dict[str, Any]]) -> Table:
    columns = ("rank", "forecaster", "matches", "points", "average_points", "rps")
    table = Table(*(column.replace("_", " ") for column in columns), box=None)
    for row in rows:
        cells = {**row, "rank": row["rank"] or "-", "forecaster": row["forecaster"]["name"]}
        table.add_row(*(str(cells[name]) for name in columns))
    return table
