"""Kickoffs of which only the day is known."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from matches.models import FeedSnapshot

# `kickoff_at` is the beginning of the day in the time zone of the source, from UTC-10 to UTC+13.
INTO_THE_DAY = timedelta(hours=13)


def has_no_time() -> Exists:
    """Return the condition that a match's feed reports only the day of its kickoff."""
    reports = FeedSnapshot.objects.filter(link__match=OuterRef("pk"), day_only=True)
    return Exists(reports.filter(kickoff_at=OuterRef("kickoff_at")))


def start_of(match: Any) -> datetime | date:
    """Return the kickoff of a match, annotated with `has_no_time`; the day if only the day is known."""
    kickoff_at: datetime = match.kickoff_at.astimezone(UTC)
    return (kickoff_at + INTO_THE_DAY).date() if match.has_no_time else kickoff_at
