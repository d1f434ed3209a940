"""`manage.py rescore`: score matches again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from core.management.base import Command as BaseCommand
from matches.models import Match
from matches.statuses import SETTLED
from scoring.jobs import request_scoring


class Command(BaseCommand):
    """Enqueue scoring of matches with a final result. Scoring triggers the later steps of the pipeline."""

    help = "Score matches again whose result, predictions or scoring rule changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        chosen = parser.add_mutually_exclusive_group(required=True)
        chosen.add_argument("match", nargs="?", type=int, metavar="MATCH", help="id of a match")
        chosen.add_argument("--season", type=int, help="id of a season: all its matches with a final result")
        chosen.add_argument("--all", action="store_true", help="all matches with a final result")
        self.add_dry_run(parser)

    def handle(self, *, match: int | None, season: int | None, dry_run: bool, **options: Any) -> None:
        wanted = {name: value for name, value in (("pk", match), ("season", season)) if value is not None}
        found = list(Match.objects.filter(status__in=SETTLED, **wanted))
        if not found:
            raise CommandError("No match with a final result found; see `manage.py pipeline_status`.")
        queued = [] if dry_run else request_scoring(found, now=timezone.now())
        report = {"matches": len(found), "queued": len(queued), "dry_run": dry_run}
        number = f"{len(found)} match{'' if len(found) == 1 else 'es'}"
        done = f"{number} would be queued" if dry_run else f"{len(queued)} of {number} queued"
        self.answer(report, f"{done} for scoring.")
