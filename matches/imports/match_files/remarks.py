"""Remarks about rows of a match file that are imported, but may contain a mistake."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from matches.feeds.providers.csv_format import TableRow
from matches.feeds.providers.feed_format import FeedMatch
from matches.statuses import Status

SHOWN = 5  # row numbers in one remark
LONGEST_MATCH = timedelta(hours=4)


def remarks(rows: Sequence[TableRow], *, now: datetime) -> Iterator[str]:
    """Yield remarks as sentences: no rows at all, kickoffs without a time, results that are missing."""
    if not rows:
        yield "The file has no rows."
    found = [(row.number, row.match) for row in rows if row.match is not None]
    if day_only := [number for number, match in found if match.day_only]:
        yield (
            f"{_rows(day_only)}: the kickoff has no time, so predictions lock at the beginning of that day"
            " (00:00 UTC if the file has no time zone)."
        )
    if overdue := [number for number, match in found if _is_overdue(match, now)]:
        yield f"{_rows(overdue)}: the match is scheduled, but its kickoff has passed. Is its result missing?"


def _is_overdue(match: FeedMatch, now: datetime) -> bool:
    length = timedelta(days=1) if match.day_only else LONGEST_MATCH
    return match.result.status == Status.SCHEDULED and match.kickoff_at + length < now


def _rows(numbers: Sequence[int]) -> str:
    more = f" and {len(numbers) - SHOWN} more" if len(numbers) > SHOWN else ""
    return f"Row{'' if len(numbers) == 1 else 's'} {', '.join(map(str, numbers[:SHOWN]))}{more}"
