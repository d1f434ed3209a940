"""`manage.py bench`: measure performance relative to a baseline of the same run."""

import logging
import signal
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NoReturn

from django.core.management.base import CommandError
from rich.console import Console

from core.management.base import Command as BaseCommand
from core.management.base import Exit
from tools.bench import result_tables
from tools.bench.database import databases, server_setting
from tools.bench.figures import BenchFigure
from tools.bench.groups import GROUPS, TINY, Bench, Scale, figures, rows

ALL = "all"
LONG = 5_000_000  # predictions of history from which a warning about the duration is printed
WITH_HISTORY = {"settle", "refresh", "read"}
WIDE = 200  # columns of the table if stderr is not a terminal
STOPPED = 130  # exit code of shells after Ctrl-C


def _histories(text: str) -> tuple[int, ...]:
    try:
        return tuple(sorted(rows(each.strip()) for each in text.split(",")))
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error


def _group(text: str) -> str:
    if text not in (*GROUPS, ALL):
        raise ArgumentTypeError(f"{text!r} is not one of {', '.join([*GROUPS, ALL])}.")
    return text


def _repeats(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a number of repeats, 1 or more.")
    return int(text)


class Command(BaseCommand):
    """Run the benchmark.

    The command creates databases for this on the configured server, and drops them at the end.
    """

    help = "Measure scoring, refreshing, reading, importing and the pipeline, each compared with a baseline."

    def add_arguments(self, parser: ArgumentParser) -> None:
        known = ", ".join([*GROUPS, ALL])
        parser.add_argument(
            "groups", nargs="*", type=_group, metavar="group", help=f"{known} (default {ALL})"
        )
        parser.add_argument(
            "--history",
            type=_histories,
            help="numbers of existing predictions (default 100k,1M,10M); the first is the baseline",
        )
        parser.add_argument("--repeat", type=_repeats, help="rounds of each measurement (default 5)")
        parser.add_argument(
            "--tiny", action="store_true", help="smoke test: tiny data, figures are meaningless"
        )
        parser.add_argument(
            "--write", action="store_true", help="write the table of a complete run to docs/performance.md"
        )

    def handle(self, *, groups: list[str], tiny: bool, write: bool, **options: Any) -> None:
        changes = {"histories": options["history"], "repeat": options["repeat"]}
        scale = replace(
            TINY if tiny else Scale(), **{name: value for name, value in changes.items() if value}
        )
        self.console = Console(stderr=True, highlight=False)
        if not self.console.is_terminal:
            self.console.width = WIDE
        groups = list(GROUPS) if not groups or ALL in groups else list(dict.fromkeys(groups))
        self._validate(groups, scale, write=write, tiny=tiny)
        if scale.histories[-1] >= LONG and WITH_HISTORY & set(groups):
            self.say(f"{scale.histories[-1]:,} predictions of history: an hour for all, and 20 GB of disk.")
        with _quiet_scoring_log(), _stoppable(), databases() as own:  # dropped even after an error
            found = [self._print(figure) for figure in figures(groups, Bench(own, scale, self.say))]
        self.console.print(result_tables.table(found))
        self.answer({"figures": [figure.as_dict() for figure in found]}, _sentence(found))
        if write:
            result_tables.write(found)
        if not tiny and any(figure.met is False for figure in found):
            raise CommandError("Not every figure is within its limit.", returncode=Exit.PARTLY)

    def _validate(self, groups: list[str], scale: Scale, *, write: bool, tiny: bool) -> None:
        """Raise CommandError if the options are invalid, or if the benchmark cannot run or write its table.

        The server must use fsync, except with `--tiny`. Call this method before any database is created.
        """
        smallest, *others = dict.fromkeys(scale.histories)
        if smallest < scale.forecasters:
            self._usage(f"--history: at least {scale.forecasters} predictions, one match of each forecaster.")
        if "settle" in groups and not others:
            self._usage("settle compares sizes of history: pass at least two, e.g. --history 100k,10M.")
        if write and (tiny or set(groups) != set(GROUPS)):
            self._usage("--write needs a complete run (all groups, not --tiny): it replaces the whole table.")
        if write:
            result_tables.split()
        if server_setting("fsync") != "on" and not tiny:
            raise CommandError("This server does not write to disk (fsync is off): its times mean nothing.")

    def _usage(self, words: str) -> NoReturn:
        raise CommandError(words, returncode=Exit.USAGE)

    def say(self, words: str) -> None:
        self.console.print(words, style="dim")

    def _print(self, figure: BenchFigure) -> BenchFigure:
        ratio = "" if figure.ratio is None else f", {figure.ratio:.2f}x"
        self.say(f"{figure.number} {figure.what}: {result_tables.amount(figure.value, figure.unit)}{ratio}")
        if figure.note:
            self.say(f"  {figure.note}")
        return figure


@contextmanager
def _quiet_scoring_log() -> Iterator[None]:
    """Context manager that turns off the line which scoring logs for each match.

    The benchmark settles thousands of matches.
    """
    scoring = logging.getLogger("scoring")
    former = scoring.level
    scoring.setLevel(logging.WARNING)
    try:
        yield
    finally:
        scoring.setLevel(former)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Raise CommandError on Ctrl-C, SIGTERM or SIGHUP, so that the command cleans up and ends with one line.

    A signal that is ignored (e.g. SIGHUP by `nohup`) stays ignored.
    """

    def stop(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    former = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    for number, handler in former.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, stop)
    try:
        yield
    except KeyboardInterrupt:
        raise CommandError("Stopped. The benchmark's databases are dropped.", returncode=STOPPED) from None
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _sentence(found: list[BenchFigure]) -> str:
    limited = [figure for figure in found if figure.met is not None]
    return f"{sum(bool(figure.met) for figure in limited)} of {len(limited)} figures are within their limits."
