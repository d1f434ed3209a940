"""`manage.py poll_feed`: fetch and ingest a feed now, within its rate limit."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from core.management.base import Command as BaseCommand
from core.management.base import Exit
from matches.feeds.polling.poll import poll
from matches.feeds.polling.seed import feed_named
from matches.feeds.providers import FEEDS
from matches.feeds.sync.ingest import IngestResult
from matches.models import FeedSubscription


class Command(BaseCommand):
    """Poll a feed without waiting for the scheduled job, which does the same."""

    help = (
        "Ask a feed about the seasons that it is subscribed for, and take in fixtures and results. "
        "Exit code 3 if something could not be taken, 1 if there was no answer at all."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=sorted(FEEDS), metavar="NAME", help=", ".join(sorted(FEEDS)))
        parser.add_argument("--code", help="only this subscription, by the feed's own code, like PL/2025")
        parser.add_argument(
            "--whole", action="store_true", help="even if the feed would answer that nothing is new"
        )
        self.add_dry_run(parser)

    def handle(self, *, name: str, code: str | None, whole: bool, dry_run: bool, **options: Any) -> None:
        subscriptions = self._subscriptions(name, code)
        polled = []
        for subscription in subscriptions:
            self.progress(f"Asking {subscription} ...")
            polled.append(poll(subscription, now=timezone.now(), whole=whole, dry_run=dry_run))
        report = {
            "feed": name,
            "dry_run": dry_run,
            "subscriptions": [taken.as_report() for taken in polled],
        }
        message = "\n".join(line for taken in polled for line in _report_lines(taken, dry_run=dry_run))
        self.answer(report, message, as_json=options["json"])
        _require_success(name, polled)

    def _subscriptions(self, name: str, code: str | None) -> list[FeedSubscription]:
        found = FeedSubscription.objects.filter(feed=feed_named(name)).select_related("feed", "season")
        found = found.filter(code=code) if code else found.filter(active=True, season__closed_at__isnull=True)
        if not found:
            wanted = f"for {code}" if code else "that is active"
            raise CommandError(
                f"{name} has no subscription {wanted}; add one in the admin, at Matches > Feed subscriptions."
            )
        return list(found)


def _report_lines(taken: IngestResult, *, dry_run: bool) -> list[str]:
    """Return the lines of text that report the result of one subscription."""
    would = " would be" if dry_run else ""
    if taken.error:
        until = f" Not before {taken.waits_until:%Y-%m-%d %H:%M:%S} UTC." if taken.waits_until else ""
        return [f"{taken.subscription}: no answer, {taken.error}.{until}"]
    if taken.unchanged:
        return [f"{taken.subscription}: nothing is new."]
    counts = ", ".join(f"{count}{would} {word}" for word, count in sorted(taken.done.items()))
    problems = [f"  {about}: {text}" for about, text in taken.problems.items()]
    return [f"{taken.subscription}: {counts or 'nothing to take'}.", *problems]


def _require_success(name: str, polled: list[IngestResult]) -> None:
    failed = [taken for taken in polled if taken.error]
    if polled and len(failed) == len(polled):
        raise CommandError(f"{name} gave no answer.")
    if failed or any(taken.problems for taken in polled):
        raise CommandError("Some of it could not be taken: see above.", returncode=Exit.PARTLY)
