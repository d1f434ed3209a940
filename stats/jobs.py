"""The stats app's jobs, and the only doors to them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.pipeline import ledger, registry
from core.pipeline.models import JobRun
from stats.models import ViewRefresh
from stats.refresh import fold_and_refresh, team_board_schedule
from stats.signals import views_refreshed
from stats.tallies import fold, pending_changes

log = structlog.get_logger("stats")

NOW = timedelta(0)


@registry.job(queue="stats", longest_wait=lambda: settings.REFRESH_DELAY)
def refresh_views(*, run: JobRun) -> None:
    """Fold what is new, refresh every view, then announce the matches that are counted now.

    A request that arrives while one waits shares it; one that arrives while a refresh runs waits for
    the next, so no settlement is missed. One that failed is tried again without the boards of teams, which
    follow in their own beat: they may have become too many at once.
    """
    refresh_now(at=timezone.now(), run=run, with_teams=run.attempt == 1)


@registry.job(queue="teams", longest_wait=team_board_schedule.pause_after_refresh, is_brought_forward=False)
def refresh_team_boards(*, run: JobRun) -> None:
    """Refresh the boards of teams, where the others do not wait for them. Asked too early, it waits again."""
    now = timezone.now()
    rested_at = team_board_schedule.next_refresh_at(now=now)
    if rested_at and rested_at > now + ledger.EARLY:
        ledger.postpone(run, until=rested_at, now=now)
        return
    (refreshed,) = fold_and_refresh.refresh(at=now, scope="teams").views
    log.info("team boards refreshed", rows=refreshed.rows, seconds=refreshed.took.total_seconds())


def refresh_now(
    *,
    at: datetime,
    scope: str = "all",
    concurrently: bool = True,
    run: JobRun | None = None,
    taken_out: Sequence[int] = (),
    with_teams: bool = True,
) -> fold_and_refresh.Refreshed:
    """Refresh and announce in one transaction: for the job, the cron endpoint and the command alike.

    Where the boards of teams have a beat of their own, or are to stay behind, that is asked for.
    """
    with transaction.atomic():
        refreshed = fold_and_refresh.refresh(
            at=at, scope=scope, concurrently=concurrently, taken_out=taken_out, with_teams=with_teams
        )
        views_refreshed.send(
            sender=ViewRefresh, match_ids=refreshed.match_ids, amendments=refreshed.amendments, run=run
        )
        if team_board_schedule.behind_since():
            request_team_boards(now=at, cause=run)
    log.info("views refreshed", views=len(refreshed.views), matches=refreshed.match_ids)
    return refreshed


def request_refresh(
    *,
    now: datetime,
    cause: JobRun | None = None,
    delay: timedelta | None = None,
    priority: int = JobRun.Priority.TODAY,
) -> list[int]:
    """Ask for a refresh, by default REFRESH_DELAY from now: matches that end together share it."""
    delay = settings.REFRESH_DELAY if delay is None else delay
    return ledger.enqueue(
        "refresh_views", {"all": ""}, now=now, delay=delay, triggered_by=cause, priority=priority
    )


def request_team_boards(*, now: datetime, cause: JobRun | None = None) -> list[int]:
    """Ask for a refresh of the boards of teams, when they have rested."""
    delay = max(NOW, (team_board_schedule.next_refresh_at(now=now) or now) - now)
    return ledger.enqueue(
        "refresh_team_boards",
        {"all": ""},
        now=now,
        delay=delay,
        triggered_by=cause,
        priority=JobRun.Priority.TODAY,
    )


def sweep_team_boards(now: datetime) -> int:
    """Queue a refresh of the boards of teams where they are behind and nobody is about to do it."""
    if JobRun.objects.filter(kind="refresh_team_boards", state__in=JobRun.OPEN).exists():
        return 0
    return len(request_team_boards(now=now)) if team_board_schedule.behind_since() else 0


def sweep_unfolded(now: datetime) -> int:
    """Queue a refresh where settlements or amendments are not shown and nobody is about to refresh."""
    if JobRun.objects.filter(kind="refresh_views", state__in=JobRun.OPEN).exists():
        return 0
    if fold.to_fold().exists() or fold.to_unfold().exists() or pending_changes.pending().exists():
        return len(request_refresh(now=now))
    return 0
