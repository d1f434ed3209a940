"""`manage.py rescore`: score matches again."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from matches.models import Match
from matches.statuses import SETTLED
from scoring.jobs import request_scoring


class Command(BaseCommand):
    """Enqueue scoring of settled matches; the later pipeline steps follow as after a new result."""

    help = "Settle matches again where their result, predictions or the rule changed since."

    def add_arguments(self, parser: ArgumentParser) -> None:
        chosen = parser.add_mutually_exclusive_group(required=True)
        chosen.add_argument("match", nargs="?", type=int, metavar="MATCH", help="id of a match")
        chosen.add_argument("--season", type=int, help="id of a season: all its settled matches")
        chosen.add_argument("--all", action="store_true", help="every settled match")
        parser.add_argument("--dry-run", action="store_true", help="say what would be queued, write nothing")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, match: int | None, season: int | None, **options: Any) -> None:
        chosen = Match.objects.filter(status__in=SETTLED)
        if match is not None:
            chosen = chosen.filter(pk=match)
        if season is not None:
            chosen = chosen.filter(season=season)
        found = list(chosen)
        if not found:
            raise CommandError("No settled match fits; see `manage.py pipeline_status`.")
        queued = [] if options["dry_run"] else request_scoring(found, now=timezone.now())
        report = {"matches": len(found), "queued": len(queued), "dry_run": options["dry_run"]}
        would = f"{len(found)} matches would be queued for scoring."
        said = would if options["dry_run"] else f"{len(queued)} of {len(found)} matches queued for scoring."
        self.stdout.write(json.dumps(report) if options["json"] else said)
