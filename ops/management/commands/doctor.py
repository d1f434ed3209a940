"""`manage.py doctor`: show what is down and how to fix it."""

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from core.management.base import Command as BaseCommand
from core.management.base import Exit
from ops.doctor.check import Check
from ops.doctor.run_checks import run_checks


class Command(BaseCommand):
    """Run all health checks. An unreachable server is a failed check, never a traceback."""

    help = "Check database, Redis, workers, views and settings. Exit code 4 if something is down."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--only",
            metavar="NAME",
            action="append",
            default=[],
            help="run one check, e.g. 'worker scoring', or all of a group, e.g. 'worker'; repeat for more",
        )

    def handle(self, *, only: list[str], **options: Any) -> None:
        self.progress("running the checks")
        checks = _chosen(run_checks(now=timezone.now()), only)
        down = [check for check in checks if not (check.ok or check.note)]
        report = {"ok": not down, "checks": [asdict(check) for check in checks]}
        self.answer(report, "\n".join(_line(check) for check in checks))
        if down:
            names = ", ".join(check.name for check in down)
            raise CommandError(f"Down: {names}.", returncode=Exit.NOT_FRESH)


def _chosen(checks: list[Check], only: list[str]) -> list[Check]:
    for name in only:
        if not any(_is_about(check, name) for check in checks):
            names = ", ".join(check.name for check in checks)
            raise CommandError(f"No check {name!r}. Checks: {names}.", returncode=Exit.USAGE)
    return [check for check in checks if not only or any(_is_about(check, name) for name in only)]


def _is_about(check: Check, name: str) -> bool:
    return check.name == name or check.name.startswith(f"{name} ")


def _line(check: Check) -> str:
    verdict = "ok" if check.ok else "note" if check.note else "DOWN"
    hint = "" if check.ok or not check.hint else f"; {check.hint}"
    return f"{verdict:<5} {check.name:<30} {check.detail}{hint}"
