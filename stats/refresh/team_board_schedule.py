"""Schedule of the team leaderboards.

While their refresh takes at most the setting TEAM_BOARDS_QUICK, it is done together with that of the other
leaderboards. With many forecasters they contain most rows, and their refresh takes longer. Then a separate
job refreshes them, with pauses, so that it runs at most a fifth of the time (docs/adr/0016). In the record of
a refresh of the team leaderboards, `after` is the refresh of the other leaderboards whose data it includes.
"""

from datetime import datetime, timedelta

from django.conf import settings

from stats.models import ViewRefresh
from stats.refresh import matviews

PAUSE_FACTOR = 4  # pause after a refresh, in multiples of its duration


def _is_slow(refresh: ViewRefresh | None) -> bool:
    return refresh is not None and refresh.took > settings.TEAM_BOARDS_QUICK


def refreshes_with_others() -> bool:
    """Return True if the last refresh of the team leaderboards was quick enough to run with the others."""
    return not _is_slow(matviews.newest(matviews.TEAMS))


def pause_after_refresh() -> timedelta:
    """Return the pause after the last refresh of the team leaderboards; zero if that refresh was quick."""
    last = matviews.newest(matviews.TEAMS)
    return PAUSE_FACTOR * last.took if last and _is_slow(last) else timedelta(0)


def next_refresh_at(*, now: datetime) -> datetime | None:
    """Return when the team leaderboards may be refreshed again, or None if there is no restriction.

    There is no restriction either if the last refresh has a time in the future (the clock was ahead).
    """
    last, pause = matviews.newest(matviews.TEAMS), pause_after_refresh()
    return last.finished_at + pause if last and pause and last.finished_at <= now else None


def behind_since() -> datetime | None:
    """Return when the other leaderboards first showed data that the team leaderboards lack.

    None means that they lack no data.
    """
    boards = ViewRefresh.objects.filter(view=matviews.VERSIONED)
    last = matviews.newest(matviews.TEAMS)
    if last:
        boards = boards.filter(pk__gt=last.after or last.pk)  # `after` is empty in old records
    return boards.order_by("pk").values_list("finished_at", flat=True).first()


def as_of() -> datetime | None:
    """Return the time of the last refresh of the team leaderboards if the others are newer, else None."""
    last = matviews.newest(matviews.TEAMS)
    return last.finished_at if last and behind_since() else None


def allowed_lag(last: ViewRefresh | None) -> timedelta:
    """Return how long the team leaderboards may lag behind the others.

    It is the duration of a refresh, the pause after it, and the next refresh, if each refresh takes as long
    as the last one. If that was quick, or there was none, the result is zero.
    """
    return (PAUSE_FACTOR + 2) * last.took if last and _is_slow(last) else timedelta(0)
