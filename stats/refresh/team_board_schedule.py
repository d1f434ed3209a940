"""When the boards of teams are refreshed: with the others while that is quick, else in a beat of their own.

With many forecasters they are most of the rows there are. Then nobody waits for them: a job of their own
refreshes them, and rests in proportion (docs/adr/0016). Each of their refreshes says what it came after.
"""

from datetime import datetime, timedelta

from stats.models import ViewRefresh
from stats.refresh import matviews

QUICK = timedelta(seconds=1)  # as long as matches that end together wait for one another anyway
RESTS = 4  # times as long as the refresh took: a fifth of the time at most is spent on it


def refreshes_with_others() -> bool:
    """Whether their refresh is so quick that the other boards can wait for it."""
    last = matviews.newest(matviews.TEAMS)
    return last is None or last.took <= QUICK


def pause_after_refresh() -> timedelta:
    """Return the pause after the last refresh: none if it was quick."""
    last = matviews.newest(matviews.TEAMS)
    return RESTS * last.took if last and last.took > QUICK else timedelta(0)


def next_refresh_at(*, now: datetime) -> datetime | None:
    """Return when they may be refreshed again; None if they need no pause.

    A refresh that ended in the future (the clock was ahead) is no reason to wait for that moment.
    """
    last = matviews.newest(matviews.TEAMS)
    if last is None or last.took <= QUICK or last.finished_at > now:
        return None
    return last.finished_at + pause_after_refresh()


def behind_since() -> datetime | None:
    """Since when the other boards have shown what those of teams do not; None where they show the same."""
    boards = ViewRefresh.objects.filter(view=matviews.VERSIONED)
    last = matviews.newest(matviews.TEAMS)
    if last:
        boards = boards.filter(pk__gt=last.after or last.pk)  # `after` is newer than old records
    return boards.order_by("pk").values_list("finished_at", flat=True).first()


def as_of() -> datetime | None:
    """When the boards of teams were refreshed, where the others are newer; else None."""
    last = matviews.newest(matviews.TEAMS)
    return last.finished_at if last and behind_since() else None


def patience(last: ViewRefresh | None) -> timedelta:
    """How long they may be behind: while one refresh ends, through the rest, and while the next one runs."""
    return (RESTS + 2) * last.took if last and last.took > QUICK else timedelta(0)
