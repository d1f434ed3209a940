"""What could not be taken from a feed: kept while it lasts, ended when it is mended, never logged away."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import QuerySet

from matches.models import FeedProblem, FeedSubscription

ANSWER = "answer"  # what a problem with the whole answer is about
KEPT = timedelta(days=30)
_ABOUT = 120


@dataclass(slots=True)
class Problems:
    """The problems of one answer, by what they are about."""

    subscription: FeedSubscription
    found: dict[str, list[str]] = field(default_factory=dict)

    def add(self, about: str, text: str) -> None:
        self.found.setdefault(about[:_ABOUT], []).append(text)

    def store(self, *, now: datetime, only_about: Iterable[str] | None = None) -> dict[str, str]:
        """Keep these, and end those that this answer does not have any more; return what is open.

        `only_about`: the others are not looked at. What an operator dismissed stays dismissed while the
        feed says the same.
        """
        known = self.subscription.problems.filter(kind=FeedProblem.Kind.RESPONSE)
        if only_about is not None:
            known = known.filter(about__in=list(only_about))
        rows = {row.about: row for row in known}
        kept = [
            _keep(self.subscription, rows.get(about), about, " ".join(texts), now)
            for about, texts in self.found.items()
        ]
        ended = [about for about, row in rows.items() if row.ended_at is None and about not in self.found]
        known.filter(about__in=ended).update(ended_at=now)
        return {row.about: row.text for row in kept if row.dismissed_at is None}


def _keep(
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


def open_decisions(subscription: FeedSubscription) -> dict[str, str]:
    """Return what this feed reported and an operator has to confirm or reject: subject -> text."""
    decisions = open_problems().filter(subscription=subscription).exclude(kind=FeedProblem.Kind.RESPONSE)
    return dict(decisions.values_list("about", "text"))


def forget_old(now: datetime) -> int:
    """Delete problems that ended long ago. For the reconciler; nothing is queued by it."""
    FeedProblem.objects.filter(ended_at__lt=now - KEPT).delete()
    return 0
