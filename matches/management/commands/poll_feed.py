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
    """Poll the subscriptions of a feed now, instead of waiting for their scheduled polls."""

    help = (
        "Poll the subscriptions of a feed now and import fixtures and results. "
        "Exit code 3 if a part could not be imported, 1 if there was no usable response."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=sorted(FEEDS), metavar="NAME", help=", ".join(sorted(FEEDS)))
        parser.add_argument("--code", help="only the subscription with this code, e.g. PL/2025")
        parser.add_argument(
            "--whole", action="store_true", help="request all data again, even if nothing has changed"
        )
        self.add_dry_run(parser)

    def handle(self, *, name: str, code: str | None, whole: bool, dry_run: bool, **options: Any) -> None:
        subscriptions = self._subscriptions(name, code)
        polled = []
        for subscription in subscriptions:
            self.progress(f"Polling {subscription} ...")
            polled.append(poll(subscription, now=timezone.now(), whole=whole, dry_run=dry_run))
        report = {
            "feed": name,
            "dry_run": dry_run,
            "subscriptions": [result.as_report() for result in polled],
        }
        message = "\n".join(line for result in polled for line in _report_lines(result, dry_run=dry_run))
        self.answer(report, message)
        _require_success(name, polled)

    def _subscriptions(self, name: str, code: str | None) -> list[FeedSubscription]:
        found = FeedSubscription.objects.filter(feed=feed_named(name)).select_related("feed", "season")
        found = found.filter(code=code) if code else found.filter(active=True, season__closed_at__isnull=True)
        if not found:
            wanted = f"with the code {code}" if code else "that is active"
            raise CommandError(
                f"{name} has no subscription {wanted}; add one in the admin, at Matches > Feed subscriptions."
            )
        return list(found)


def _report_lines(result: IngestResult, *, dry_run: bool) -> list[str]:
    """Return the lines of text that report the result of one subscription."""
    would = " would be" if dry_run else ""
    if result.error:
        until = f" Not before {result.waits_until:%Y-%m-%d %H:%M:%S} UTC." if result.waits_until else ""
        return [f"{result.subscription}: no usable response: {result.error}.{until}"]
    if result.unchanged:
        return [f"{result.subscription}: nothing has changed."]
    counts = ", ".join(f"{count}{would} {word}" for word, count in sorted(result.done.items()))
    problems = [f"  {about}: {text}" for about, text in result.problems.items()]
    return [f"{result.subscription}: {counts or 'nothing to import'}.", *problems]


def _require_success(name: str, polled: list[IngestResult]) -> None:
    failed = [result for result in polled if result.error]
    if polled and len(failed) == len(polled):
        raise CommandError(f"No usable response from {name}.")
    if failed or any(result.problems for result in polled):
        raise CommandError("A part could not be imported; see above.", returncode=Exit.PARTLY)
