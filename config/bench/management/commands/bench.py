"""`manage.py bench`: how fast it is, beside a yardstick of the same run."""

from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import replace
from typing import Any

from django.core.management.base import CommandError
from rich.console import Console

from config.bench import report
from config.bench.database import databases, server_setting
from config.bench.figures import Figure
from config.bench.run import EXPERIMENTS, GROUPS, Bench, figures
from config.bench.scale import Scale, rows
from config.commands import Command as BaseCommand
from config.commands import Exit

ALL = "all"
LONG = 5_000_000  # predictions of history: from here on it takes long enough to say so


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
    if not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a number of repeats, 1 or more.")
    return int(text)


class Command(BaseCommand):
    """Measures on databases of its own, which it makes on the configured server and drops again."""

    help = "Measure scoring, refreshing, reading, importing and the pipeline, each beside a yardstick."

    def add_arguments(self, parser: ArgumentParser) -> None:
        known = ", ".join([*GROUPS, ALL, *EXPERIMENTS])
        parser.add_argument(
            "groups", nargs="*", type=_group, metavar="group", help=f"{known} (default {ALL})"
        )
        parser.add_argument(
            "--history", type=_histories, help="predictions that are there already: 100k,1M,10M"
        )
        parser.add_argument("--repeat", type=_repeats, help="rounds of each measurement (default 5)")
        parser.add_argument(
            "--tiny", action="store_true", help="seconds of work: whether it runs, not how fast"
        )
        parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")

    def handle(self, *, groups: list[str], tiny: bool, write: bool, **options: Any) -> None:
        scale = Scale.tiny() if tiny else Scale()
        changes = {"histories": options["history"], "repeat": options["repeat"]}
        scale = replace(scale, **{name: value for name, value in changes.items() if value})
        self.console = Console(stderr=True, highlight=False)
        self._warn(scale, tiny=tiny)
        groups = list(dict.fromkeys(groups or GROUPS))
        if ALL in groups:
            groups = [*GROUPS, *(each for each in groups if each in EXPERIMENTS)]
        with databases() as own:
            bench = Bench(own, scale, self.say)
            found = [self._told(figure) for figure in figures(groups, bench)]
            if write:
                report.write(found)
        self.console.print(report.table(found))
        self._answer(found, as_json=options["json"])
        if not tiny and any(figure.met is False for figure in found):
            raise CommandError("Not every figure is what it must be.", returncode=Exit.PARTLY)

    def say(self, words: str) -> None:
        self.console.print(words, style="dim")

    def _told(self, figure: Figure) -> Figure:
        ratio = "" if figure.ratio is None else f", {figure.ratio:.2f}x"
        self.say(f"{figure.number} {figure.what}: {report.amount(figure.value, figure.unit)}{ratio}")
        if figure.note:
            self.say(f"  {figure.note}")
        return figure

    def _warn(self, scale: Scale, *, tiny: bool) -> None:
        if scale.histories[-1] >= LONG:
            self.say(f"{scale.histories[-1]:,} predictions of history: ninety minutes and 20 GB of disk.")
        if server_setting("fsync") != "on" and not tiny:
            raise CommandError("This server does not write to disk (fsync is off): its times mean nothing.")

    def _answer(self, found: list[Figure], *, as_json: bool) -> None:
        self.answer({"figures": [figure.as_dict() for figure in found]}, _sentence(found), as_json=as_json)


def _sentence(found: list[Figure]) -> str:
    judged = [figure for figure in found if figure.met is not None]
    return f"{sum(bool(figure.met) for figure in judged)} of {len(judged)} figures are what they must be."
