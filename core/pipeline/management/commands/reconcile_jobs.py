"""`manage.py reconcile_jobs`: find lost jobs and missing work, and start them again."""

import json
import signal
import threading
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from django.utils import timezone

from core.pipeline.reconciler import Report, reconcile

log = structlog.get_logger("pipeline")


def _seconds(text: str) -> float:
    """Parse an interval of 1 to 3600 seconds. Shorter ones would load the database without any benefit."""
    try:
        seconds = float(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a number of seconds.") from None
    if not 1 <= seconds <= 3600:
        raise ArgumentTypeError(f"{text} is out of range; it must be 1 to 3600 seconds.")
    return seconds


class Command(BaseCommand):
    """Run one pass of the reconciler, or with --loop one pass per interval until SIGTERM or Ctrl-C."""

    requires_system_checks: list[str] = []  # would import every URL first
    help = "Push late jobs again, free expired leases and queue missing work."

    def add_arguments(self, parser: ArgumentParser) -> None:
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument("--loop", action="store_true", help="repeat until SIGTERM or Ctrl-C")
        parser.add_argument(
            "--interval", type=_seconds, default=15, help="seconds between passes (default 15, at least 1)"
        )
        mode.add_argument("--json", action="store_true", help="print the report of the pass as JSON")

    def handle(self, *, loop: bool, interval: float, **options: Any) -> None:
        if loop:
            self.run_until_stopped(interval)
        else:
            self.report(reconcile(now=timezone.now()), as_json=options["json"])

    def run_until_stopped(self, interval: float) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            try:
                reconcile(now=timezone.now())
            except DatabaseError as error:
                # The database is unavailable for a moment: the next pass opens a new connection.
                log.warning("the reconciler cannot reach the database", error=str(error))
                connection.close()
            stop.wait(interval)

    def report(self, report: Report, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"led": report.led, **report.counts}))
        elif not report.led:
            self.stdout.write("Another copy is running a pass at the moment; nothing to do.")
        else:
            self.stdout.write(
                f"Repaired {report.repaired} times, pushed {report.pushed}, freed {report.freed},"
                f" queued {sum(report.swept.values())}."
            )
