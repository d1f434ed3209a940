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
from tools.bench.groups import EXPERIMENTS, GROUPS, Bench, figures
from tools.bench.scale import Scale, rows

ALL = "all"
LONG = 5_000_000  # predictions of history from which a warning about the duration is printed
WITH_HISTORY = {"settle", "refresh", "read", "partition"}
WIDE = 200  # columns of the table if stderr is not a terminal
STOPPED = 130  # exit code of shells after Ctrl-C


def _histories(text: str) -> tuple[int, ...]:
    try:
        return tuple(sorted(rows(each.strip()) for each in text.split(",")))
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error


def _group(text: str) -> str:
    if text not in (*GROUPS, ALL, *EXPERIMENTS):
        raise ArgumentTypeError(f"{text!r} is not one of {', '.join([*GROUPS, ALL, *EXPERIMENTS])}.")
    return text


def _repeats(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a number of repeats, 1 or more.")
    return int(text)


class Command(BaseCommand):
    """Measures in its own databases, which it creates on the configured server and drops again."""

    help = "Measure scoring, refreshing, reading, importing and the pipeline, each beside a yardstick."

    def add_arguments(self, parser: ArgumentParser) -> None:
        known = ", ".join([*GROUPS, ALL, *EXPERIMENTS])
        parser.add_argument(
            "groups", nargs="*", type=_group, metavar="group", help=f"{known} (default {ALL})"
        )
        parser.add_argument(
            "--history",
            type=_histories,
            help="predictions that are there already (default 100k,1M,10M); the first is the yardstick",
        )
        parser.add_argument("--repeat", type=_repeats, help="rounds of each measurement (default 5)")
        parser.add_argument(
            "--tiny", action="store_true", help="seconds of work: whether it runs, not how fast"
        )
        parser.add_argument(
            "--write", action="store_true", help="put the table of a whole run into docs/performance.md"
        )

    def handle(self, *, groups: list[str], tiny: bool, write: bool, **options: Any) -> None:
        scale = Scale.tiny() if tiny else Scale()
        changes = {"histories": options["history"], "repeat": options["repeat"]}
        scale = replace(scale, **{name: value for name, value in changes.items() if value})
        self.console = Console(stderr=True, highlight=False)
        if not self.console.is_terminal:
            self.console.width = WIDE
        groups = list(dict.fromkeys(groups or GROUPS))
        if ALL in groups:
            groups = [*GROUPS, *(each for each in groups if each in EXPERIMENTS)]
        self._validate(groups, scale, write=write, tiny=tiny)
        self._warn_if_long(groups, scale)
        found = self._measure(groups, scale)
        self.console.print(result_tables.table(found))
        self._answer(found, as_json=options["json"])
        if write:
            result_tables.write(found)
        if not tiny and any(figure.met is False for figure in found):
            raise CommandError("Not every figure is what it must be.", returncode=Exit.PARTLY)

    def _measure(self, groups: list[str], scale: Scale) -> list[BenchFigure]:
        """Return all figures. The databases are dropped even after an error."""
        with _quiet_scoring_log(), _stoppable(), databases() as own:
            bench = Bench(own, scale, self.say)
            return [self._report(figure) for figure in figures(groups, bench)]

    def _validate(self, groups: list[str], scale: Scale, *, write: bool, tiny: bool) -> None:
        """Reject invalid options and an unsuitable server or document before anything is created."""
        smallest, *others = dict.fromkeys(scale.histories)
        if smallest < scale.forecasters:
            self._usage(
                f"A history has at least {scale.forecasters} predictions, a match of each forecaster."
            )
        if "settle" in groups and not others:
            self._usage("settle compares sizes of history: name two at least, like --history 100k,10M.")
        if write and (tiny or not set(GROUPS) <= set(groups)):
            self._usage("--write is for a whole run (all groups, not --tiny): it replaces the whole table.")
        if write:
            result_tables.require_place()
        if server_setting("fsync") != "on" and not tiny:
            raise CommandError("This server does not write to disk (fsync is off): its times mean nothing.")

    def _usage(self, words: str) -> NoReturn:
        raise CommandError(words, returncode=Exit.USAGE)

    def say(self, words: str) -> None:
        self.console.print(words, style="dim")

    def _report(self, figure: BenchFigure) -> BenchFigure:
        ratio = "" if figure.ratio is None else f", {figure.ratio:.2f}x"
        self.say(f"{figure.number} {figure.what}: {result_tables.amount(figure.value, figure.unit)}{ratio}")
        if figure.note:
            self.say(f"  {figure.note}")
        return figure

    def _warn_if_long(self, groups: list[str], scale: Scale) -> None:
        if scale.histories[-1] >= LONG and WITH_HISTORY & set(groups):
            self.say(f"{scale.histories[-1]:,} predictions of history: an hour for all, and 20 GB of disk.")

    def _answer(self, found: list[BenchFigure], *, as_json: bool) -> None:
        self.answer({"figures": [figure.as_dict() for figure in found]}, _sentence(found), as_json=as_json)


@contextmanager
def _quiet_scoring_log() -> Iterator[None]:
    """Suppress scoring's log line per match, as thousands are settled; restore the log level afterwards."""
    scoring = logging.getLogger("scoring")
    former = scoring.level
    scoring.setLevel(logging.WARNING)
    try:
        yield
    finally:
        scoring.setLevel(former)


@contextmanager
def _stoppable() -> Iterator[None]:
    """End with cleanup and one line on Ctrl-C, SIGTERM or SIGHUP, unless ignored (e.g. by `nohup`)."""

    def stop(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    former = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    for number, handler in former.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, stop)
    try:
        yield
    except KeyboardInterrupt:
        raise CommandError("Stopped. Its databases are dropped.", returncode=STOPPED) from None
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _sentence(found: list[BenchFigure]) -> str:
    judged = [figure for figure in found if figure.met is not None]
    return f"{sum(bool(figure.met) for figure in judged)} of {len(judged)} figures are what they must be."
