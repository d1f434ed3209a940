"""`manage.py doctor`: what is down, and what to do about it."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from config.commands import Command as BaseCommand
from config.commands import Exit
from content.checkup import Check, checkup


class Command(BaseCommand):
    """Never a traceback: a server that is down is an answer, not an accident."""

    help = "Look at database, Redis, workers, views and settings. Exit code 4 if something is down."

    def handle(self, **options: Any) -> None:
        self.progress("looking around")
        checks = checkup(now=timezone.now())
        down = [check for check in checks if not (check.ok or check.note)]
        report = {"ok": not down, "checks": [asdict(check) for check in checks]}
        self.answer(report, "\n".join(_line(check) for check in checks), as_json=options["json"])
        if down:
            names = ", ".join(check.name for check in down)
            raise CommandError(f"Down: {names}.", returncode=Exit.NOT_FRESH)


def _line(check: Check) -> str:
    verdict = "ok" if check.ok else "note" if check.note else "DOWN"
    hint = "" if check.ok else f"; {check.hint}"
    return f"{verdict:<5} {check.name:<28} {check.detail}{hint}"
