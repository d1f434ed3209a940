"""`manage.py rerun_roundup`: write the roundup of a match again."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from content.roundups import services
from content.roundups.fact_check.checker import UncheckedClaim
from content.roundups.facts import MatchUnknown
from content.roundups.jobs import request_rewrite
from core.management.base import Command as BaseCommand


class Command(BaseCommand):
    """The former version stays readable, marked as rewritten on request."""

    help = "Write the roundup of a match anew, even where nothing changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("match", type=int, metavar="MATCH", help="id of a match")
        parser.add_argument("--sync", action="store_true", help="write it here and now, without a worker")
        self.add_dry_run(parser)

    def handle(self, *, match: int, sync: bool, dry_run: bool, **options: Any) -> None:
        # A language model is asked only for what is published; a worker asks it for itself.
        draft = self.draft(match, settings.ROUNDUP_WRITER if sync and not dry_run else "template")
        report: dict[str, Any] = {"match": match, "title": draft.article.title, "dry_run": dry_run}
        if dry_run:
            said = f"Would publish: {draft.article.title}"
        elif sync:
            said = self.publish(draft, report)
        else:
            (report["job"],) = request_rewrite([match], now=timezone.now())
            said = f"Queued as job #{report['job']}: {draft.article.title}"
        self.answer(report, said, as_json=options["json"])

    def draft(self, match: int, writer: str) -> services.Draft:
        """Written in any case: a match that cannot be told is an error now, not a failed job later."""
        try:
            return services.draft(match, writer=writer, anew=True)
        except (MatchUnknown, services.NotReady) as error:
            raise CommandError(f"{error} `manage.py pipeline_status` shows what is under way.") from error
        except UncheckedClaim as error:
            raise CommandError(f"The text of match {match} was refused: {error}") from error

    def publish(self, draft: services.Draft, report: dict[str, Any]) -> str:
        roundup = services.publish(draft, at=timezone.now(), force=True)
        assert roundup is not None, "forced"
        report |= {"roundup": roundup.pk, "version": roundup.version}
        return f"Published version {roundup.version}: {roundup.title}"
