"""`manage.py rerun_roundup`: write the roundup of a match again."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from content.roundups import services
from content.roundups.facts import MatchUnknown
from content.roundups.jobs import request_rewrite
from core.management.base import Command as BaseCommand


class Command(BaseCommand):
    """Write a new version of a match's roundup, even if nothing changed. Former versions are kept."""

    help = "Write a new version of a match's roundup, even if nothing changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("match", type=int, metavar="MATCH", help="id of a match")
        parser.add_argument(
            "--sync", action="store_true", help="write it in this process instead of queueing a job"
        )
        self.add_dry_run(parser)

    def handle(self, *, match: int, sync: bool, dry_run: bool, **options: Any) -> None:
        # A language model writes the draft only if this process publishes it. If a job publishes, the worker
        # makes its own draft.
        draft = self.draft(
            match,
            settings.ROUNDUP_WRITER if sync and not dry_run else "template",
            may_wait=not (sync or dry_run),
        )
        title = None if isinstance(draft, services.AwaitsScoring) else draft.article.title
        report: dict[str, Any] = {"match": match, "title": title, "dry_run": dry_run}
        if isinstance(draft, services.AwaitsScoring):
            message = f"{self.queue(match, report)}. The job waits: {draft}"
        elif dry_run:
            message = f"Would publish: {title}"
        elif sync:
            message = self.publish(draft, report)
        else:
            message = f"{self.queue(match, report)}: {title}"
        self.answer(report, message)

    def draft(self, match: int, writer: str, *, may_wait: bool) -> services.Draft | services.AwaitsScoring:
        """Return a draft of the roundup.

        If a job will write the roundup, the draft only serves to find errors. Raises CommandError if the
        roundup cannot be written. If the match is about to be scored again, returns AwaitsScoring if
        `may_wait` is True, else raises CommandError.
        """
        try:
            return services.draft(match, writer=writer, rewrite=True)
        except (MatchUnknown, services.NotReady) as error:
            if may_wait and isinstance(error, services.AwaitsScoring):
                return error
            raise CommandError(f"{error} `manage.py pipeline_status` shows the progress.") from error

    def queue(self, match: int, report: dict[str, Any]) -> str:
        (report["job"],) = request_rewrite([match], now=timezone.now())
        return f"Queued as job #{report['job']}"

    def publish(self, draft: services.Draft, report: dict[str, Any]) -> str:
        roundup = services.publish(draft, at=timezone.now(), force=True)
        assert roundup is not None, "forced"
        report |= {"roundup": roundup.pk, "version": roundup.version}
        return f"Published version {roundup.version}: {roundup.title}"
