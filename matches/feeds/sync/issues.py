"""Problems with the data of a feed. A problem ends when a response of the feed no longer has it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import QuerySet

from matches.models import FeedProblem, FeedSubscription

RESPONSE = "answer"  # subject of a problem with the whole response
RETENTION = timedelta(days=30)
_ABOUT = 120  # maximum characters


@dataclass(slots=True)
class Problems:
    """The problems of one response, by subject."""

    subscription: FeedSubscription
    found: dict[str, list[str]] = field(default_factory=dict)

    def add(self, about: str, text: str) -> None:
        self.found.setdefault(about[:_ABOUT], []).append(text)

    def store(self, *, now: datetime, only_about: Iterable[str] | None = None) -> dict[str, str]:
        """Store these problems; return those that no operator has dismissed, as a dict: subject -> text.

        A stored problem that is not among these is marked as ended. With `only_about`, only problems with
        these subjects are marked as ended. A dismissed problem stays dismissed while its text is the same.
        """
        known = self.subscription.problems.filter(kind=FeedProblem.Kind.RESPONSE)
        if only_about is not None:
            known = known.filter(about__in=list(only_about))
        rows = {row.about: row for row in known}
        stored = [
            _store_problem(self.subscription, rows.get(about), about, " ".join(texts), now)
            for about, texts in self.found.items()
        ]
        ended = [about for about, row in rows.items() if row.ended_at is None and about not in self.found]
        known.filter(about__in=ended).update(ended_at=now)
        return {row.about: row.text for row in stored if row.dismissed_at is None}


def _store_problem(
    subscription: FeedSubscription, row: FeedProblem | None, about: str, text: str, now: datetime
) -> FeedProblem:
    if row is None:
        return FeedProblem.objects.create(
            subscription=subscription, about=about, text=text, first_seen_at=now, last_seen_at=now
        )
    is_back = row.ended_at is not None
    row.dismissed_at = row.dismissed_at if row.text == text and not is_back else None
    row.first_seen_at, row.times = (now, 1) if is_back else (row.first_seen_at, row.times + 1)
    row.text, row.last_seen_at, row.ended_at = text, now, None
    row.save(update_fields=["text", "times", "first_seen_at", "last_seen_at", "ended_at", "dismissed_at"])
    return row


def open_problems() -> QuerySet[FeedProblem]:
    """Return the problems that an operator should look at."""
    return FeedProblem.objects.filter(ended_at__isnull=True, dismissed_at__isnull=True)


def open_doubts() -> QuerySet[FeedProblem]:
    """Return the problems about a kickoff or result that an operator has to confirm or reject."""
    return open_problems().exclude(kind=FeedProblem.Kind.RESPONSE)


def open_decisions(subscription: FeedSubscription) -> dict[str, str]:
    """Return the reports of this feed that an operator has to confirm or reject: subject -> text."""
    return dict(open_doubts().filter(subscription=subscription).values_list("about", "text"))


def delete_old(now: datetime) -> int:
    """Delete problems that ended more than RETENTION ago.

    Returns 0: the reconciler expects a number of queued jobs.
    """
    FeedProblem.objects.filter(ended_at__lt=now - RETENTION).delete()
    return 0
