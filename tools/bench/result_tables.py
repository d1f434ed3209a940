"""Table of benchmark figures, for the terminal and in docs/performance.md."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from rich.table import Table

from tools.bench.database import server_setting
from tools.bench.figures import BenchFigure

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "performance.md"
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
HEADINGS = ("#", "what", "median", "best", "beside", "its median", "ratio", "must be", "met")
SERVER_SETTINGS = ("server_version", "shared_buffers", "max_wal_size", "fsync", "synchronous_commit", "jit")


def table(figures: Sequence[BenchFigure]) -> Table:
    """Return the table for a terminal."""
    shown = Table(*HEADINGS)
    for figure in figures:
        shown.add_row(*_cells(figure), style="bold red" if figure.met is False else "")
    return shown


def write(figures: Sequence[BenchFigure], document: Path = DOCUMENT) -> None:
    """Replace the table between the marks BEGIN and END of the document with a table of these figures."""
    before, after = split(document)
    document.write_text(f"{before}{BEGIN}\n{_markdown(figures)}{END}{after}", encoding="utf-8")


def split(document: Path = DOCUMENT) -> tuple[str, str]:
    """Return the text of the document before the mark BEGIN, and the text after the mark END.

    Raises CommandError if a mark is missing or the document is not writable.
    """
    before, begin, rest = document.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise CommandError(f"{document} lacks the marks for the table: {BEGIN} and {END}.")
    if not os.access(document, os.W_OK):
        raise CommandError(f"{document} cannot be written.")
    return before, after


def _markdown(figures: Sequence[BenchFigure]) -> str:
    """Return the table as Markdown, with a description of the machine above and the figures' notes below."""
    server = ", ".join(f"{name} {server_setting(name)}" for name in SERVER_SETTINGS)
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}; PostgreSQL: {server}."
    lines = [machine, "", _row(HEADINGS), "|---" * len(HEADINGS) + "|"]
    lines += [_row(_cells(figure)) for figure in figures]
    notes = [f"* {figure.number}: {figure.note}" for figure in figures if figure.note]
    return "\n".join([*lines, "", *notes]) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(figure: BenchFigure) -> list[str]:
    return [
        figure.number,
        figure.what,
        amount(figure.value, figure.unit),
        amount(figure.best, figure.unit),
        figure.beside,
        amount(figure.baseline, figure.unit),
        "" if figure.ratio is None else f"{figure.ratio:.2f}x",
        figure.must,
        {True: "yes", False: "NO", None: ""}[figure.met],
    ]


def amount(value: float | None, unit: str) -> str:
    """Format a value with its unit; seconds below 1 are shown in ms. Returns "" for None."""
    if value is None:
        return ""
    if unit != "s":
        return f"{value:,.0f} {unit}" if value >= 100 else f"{value:,.4g} {unit}"
    return f"{value * 1000:.3g} ms" if value < 1 else f"{value:.3g} s"
