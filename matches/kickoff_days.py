"""Days and texts of kickoffs, also if only the day of a kickoff is known."""

from datetime import UTC, date, datetime, timedelta

# Added to the beginning of a day in any time zone from UTC-10 to UTC+13, it gives a time on that day in UTC.
INTO_THE_DAY = timedelta(hours=13)


def kickoff_day(kickoff_at: datetime, *, time_known: bool) -> date:
    """Return the day of a kickoff in UTC, or the day that the source reported if the time is unknown.

    Without a time, `kickoff_at` is the beginning of the day in the time zone of the source, e.g. 23:00 UTC on
    the day before in British summer time.
    """
    return (kickoff_at.astimezone(UTC) + (timedelta() if time_known else INTO_THE_DAY)).date()


def kickoff_text(kickoff_at: datetime, *, time_known: bool) -> str:
    """Return a kickoff as plain text: "2025-08-16 14:00 UTC" or "2025-08-16, time unknown"."""
    if not time_known:
        return f"{kickoff_day(kickoff_at, time_known=False)}, time unknown"
    return f"{kickoff_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
