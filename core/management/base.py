"""Base class of the management commands: exit codes, output, progress, and short error messages."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from enum import IntEnum
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError, connection
from rich.console import Console


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

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument("--json", action="store_true", help="print one JSON document to stdout")
        return parser

    def add_dry_run(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would change without writing anything"
        )

    def add_encoding(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--encoding",
            type=_encoding,
            help="encoding of the file, e.g. windows-1252 (default: by its byte order mark, else UTF-8)",
        )

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except OperationalError as error:
            raise CommandError(f"{database_name()} does not answer: {first_line(error)} {HINT}") from error
        except ProgrammingError as error:
            raise CommandError(
                f"{database_name()} lacks a table or column: {first_line(error)} Run `manage.py migrate`."
            ) from error

    def answer(self, report: dict[str, Any], text: str, *, as_json: bool) -> None:
        """Print the result: the report as JSON, or the text."""
        self.stdout.write(json.dumps(report, default=str) if as_json else text)

    def is_watched(self) -> bool:
        """Return True if stderr is a terminal."""
        return sys.stderr.isatty()

    def progress(self, text: str) -> None:
        """Print progress if stderr is a terminal."""
        if self.is_watched():
            Console(stderr=True).print(text, style="dim", highlight=False)


def _encoding(text: str) -> str:
    try:
        "x".encode(text)
    except (LookupError, ValueError):
        raise ArgumentTypeError(f"{text!r} is not an encoding, e.g. windows-1252 or utf-16") from None
    return text


HINT = "Is PostgreSQL running? `manage.py doctor` checks it."


def database_name() -> str:
    """Return a description of the database for messages, without its password."""
    known = connection.settings_dict
    where = f"{known['HOST'] or 'a local socket'}{':' if known['PORT'] else ''}{known['PORT'] or ''}"
    return f"The database {known['NAME']} at {where}"


def first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".") + "."
