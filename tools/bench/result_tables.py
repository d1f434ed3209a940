"""Benchmark figures as a table for the terminal and as Markdown."""

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


class NoPlace(CommandError):
    """docs/performance.md lacks the two marks between which the table goes."""


def table(figures: Sequence[BenchFigure]) -> Table:
    """Return the table for a terminal."""
    shown = Table(*HEADINGS)
    for figure in figures:
        shown.add_row(*_cells(figure), style="" if figure.met is not False else "bold red")
    return shown


def markdown(figures: Sequence[BenchFigure]) -> str:
    """Return the table as Markdown, with the machine above it and the notes below."""
    lines = [conditions(), "", f"| {' | '.join(HEADINGS)} |", "|---" * len(HEADINGS) + "|"]
    lines += [f"| {' | '.join(_cells(figure))} |" for figure in figures]
    notes = [f"* {figure.number}: {figure.note}" for figure in figures if figure.note]
    return "\n".join([*lines, "", *notes]) + "\n"


def conditions() -> str:
    """Return one line about the machine, the server and the relevant settings."""
    names = ("server_version", "shared_buffers", "max_wal_size", "fsync", "synchronous_commit", "jit")
    known = ", ".join(f"{name} {server_setting(name)}" for name in names)
    return f"{os.cpu_count()} cores, Python {platform.python_version()}; PostgreSQL: {known}."


def require_place(document: Path = DOCUMENT) -> None:
    """Raise NoPlace if the table cannot be written to the document."""
    _around(document)
    if not os.access(document, os.W_OK):
        raise NoPlace(f"{document} cannot be written.")


def _around(document: Path) -> tuple[str, str]:
    """Return the text before and after the table. Raises NoPlace if a mark is missing."""
    before, begin, rest = document.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise NoPlace(f"{NoPlace.__doc__} ({BEGIN} and {END})")
    return before, after


def write(figures: Sequence[BenchFigure], document: Path = DOCUMENT) -> None:
    """Replace the table in the document. Raises NoPlace."""
    before, after = _around(document)
    document.write_text(f"{before}{BEGIN}\n{markdown(figures)}{END}{after}", encoding="utf-8")


def _cells(figure: BenchFigure) -> list[str]:
    met = {True: "yes", False: "NO", None: ""}[figure.met]
    return [
        figure.number,
        figure.what,
        amount(figure.value, figure.unit),
        amount(figure.minimum, figure.unit),
        figure.beside,
        amount(figure.yardstick, figure.unit),
        "" if figure.ratio is None else f"{figure.ratio:.2f}x",
        figure.must,
        met,
    ]


def amount(value: float | None, unit: str) -> str:
    """Format a value in a suitable unit."""
    if value is None:
        return ""
    if unit != "s":
        return f"{value:,.0f} {unit}" if value >= 100 else f"{value:,.4g} {unit}"
    return f"{value * 1000:.3g} ms" if value < 1 else f"{value:.3g} s"
