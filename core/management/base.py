"""Base class of the management commands: exit codes, output, progress, and short error messages."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError, connection, transaction
from rich.console import Console
from rich.progress import Progress


class Exit(IntEnum):
    """Exit codes of every command. The default of a CommandError is ERROR."""

    OK = 0
    ERROR = 1
    USAGE = 2
    PARTLY = 3
    NOT_FRESH = 4


class Command(BaseCommand):
    """Base class of the project's commands.

    The result goes to stdout: text, or exactly one JSON document with `--json`. Everything else goes to
    stderr; progress is printed only if stderr is a terminal. If the database is unavailable or lacks tables,
    the command prints a one-line error instead of a traceback.
    """

    requires_system_checks: list[str] = []  # would import every URL first
    as_json = False

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument(
            "--json", action="store_true", help="print the result as one JSON document on stdout"
        )
        return parser

    def add_dry_run(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would change without writing anything"
        )

    def execute(self, *args: Any, **options: Any) -> str | None:
        self.as_json = bool(options.get("json"))
        try:
            return super().execute(*args, **options)
        except OperationalError as error:
            raise CommandError(
                f"{database_name()} does not answer: {first_line(error)} {RUN_DOCTOR}"
            ) from error
        except ProgrammingError as error:
            raise CommandError(
                f"{database_name()} is not up to date: {first_line(error)} Run `manage.py migrate` first."
            ) from error

    def answer(self, report: dict[str, Any], text: str) -> None:
        """Print the result: the report as JSON if `--json` is set, else the text."""
        self.stdout.write(json.dumps(report, default=str) if self.as_json else text)

    def progress(self, text: str) -> None:
        """Print progress if stderr is a terminal."""
        if sys.stderr.isatty():
            Console(stderr=True).print(text, style="dim", highlight=False)

    @contextmanager
    def progress_bar(self, title: str, *, total: int) -> Iterator[Callable[[int], None]]:
        """Show a progress bar if stderr is a terminal. Yields a function that advances it."""
        console = Console(stderr=True)
        with Progress(console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task(title, total=total)
            yield lambda steps: bar.advance(task, steps)


@contextmanager
def rolled_back_if(dry_run: bool) -> Iterator[None]:
    """Context manager: if `dry_run` is set, roll back everything that the block writes.

    Without `dry_run`, the block runs without a transaction.
    """
    if not dry_run:
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


RUN_DOCTOR = "Is PostgreSQL running? `manage.py doctor` checks the installation."


def database_name() -> str:
    """Return a description of the database for messages, without its password."""
    known = connection.settings_dict
    where = f"{known['HOST'] or 'a local socket'}{':' if known['PORT'] else ''}{known['PORT'] or ''}"
    return f"The database {known['NAME']} at {where}"


def first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".") + "."
