"""Jobs of the stats app and the functions that enqueue them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.pipeline import ledger, registry
from core.pipeline.models import JobRun
from core.pipeline.runner import Skip
from matches.models import Season
from stats.analysis.jobs import request_board_inference, request_calibration
from stats.models import StandingsChange, ViewRefresh
from stats.refresh import team_board_schedule
from stats.refresh.matviews import lock_refreshes
from stats.refresh.transaction import RefreshResult, refresh_statistics
from stats.season_forecasts.jobs import request_season_forecasts
from stats.signals import views_refreshed
from stats.tallies import fold, panel, pending_changes

log = structlog.get_logger("stats")

NOW = timedelta(0)


@registry.job(queue="stats", longest_wait=lambda: settings.REFRESH_DELAY)
def refresh_views(*, run: JobRun) -> None:
    """Fold new settlements into the tallies, refresh the views, then send the signal `views_refreshed`.

    A request for a refresh uses the queued job, or enqueues a job if none is queued. So no settlement is
    missed, even if it was recorded while another job was running. Further attempts of a failed job leave out
    the team leaderboards, because their size may have caused the failure. The job `refresh_team_boards`
    refreshes them later.
    """
    refresh_now(at=timezone.now(), run=run, with_teams=run.attempt == 1)


@registry.job(queue="teams", longest_wait=team_board_schedule.pause_after_refresh, is_brought_forward=False)
def refresh_team_boards(*, run: JobRun) -> None:
    """Refresh the team leaderboards alone.

    If the pause after their last refresh has not ended, postpone the job until it ends.
    """
    now = timezone.now()
    allowed_at = team_board_schedule.next_refresh_at(now=now)
    if allowed_at and allowed_at > now + ledger.EARLY:
        ledger.postpone(run, until=allowed_at, now=now)
        return
    (refreshed,) = refresh_statistics(at=now, scope="teams").views
    log.info("team boards refreshed", rows=refreshed.rows, seconds=refreshed.took.total_seconds())


@registry.job(queue="teams")
def change_panel(*, run: JobRun) -> None:
    """Replace one forecaster in the panel of a season, if another one has enough more matches.

    Raises Skip if no forecaster has. If a second change is due, another job is enqueued, so that a waiting
    refresh can begin between them.
    """
    now, season_id = timezone.now(), int(run.key)
    lock_refreshes()
    due = panel.next_change(season_id)
    if due is None:
        raise Skip("The panel is up to date.")
    panel.change(season_id, *due, at=now)
    request_board_inference([season_id], now=now, cause=run)
    request_panel_changes([season_id], now=now, cause=run)


def refresh_now(
    *,
    at: datetime,
    scope: str = "all",
    concurrently: bool = True,
    run: JobRun | None = None,
    unfolded: Sequence[int] = (),
    with_teams: bool = True,
) -> RefreshResult:
    """Call refresh_statistics() and send the signal `views_refreshed`, in one transaction.

    Used by the job `refresh_views`, the cron endpoint and management commands. If the team leaderboards are
    older than the other leaderboards afterwards, a job that refreshes them is enqueued.
    """
    with transaction.atomic():
        refreshed = refresh_statistics(
            at=at, scope=scope, concurrently=concurrently, unfolded=unfolded, with_teams=with_teams
        )
        views_refreshed.send(
            sender=ViewRefresh, match_ids=refreshed.match_ids, past_changes=refreshed.past_changes, run=run
        )
        if team_board_schedule.behind_since():
            request_team_boards(now=at, cause=run)
        changed = Season.objects.filter(matches__in=refreshed.match_ids).distinct()
        season_ids = list(changed.values_list("pk", flat=True))
        request_panel_changes(season_ids, now=at, cause=run)
        request_board_inference(season_ids, now=at, cause=run)
        request_calibration(season_ids, now=at, cause=run)
        amended = [change.season_id for change in refreshed.past_changes]
        request_season_forecasts([*season_ids, *amended], now=at, cause=run)
    log.info("views refreshed", views=len(refreshed.views), matches=refreshed.match_ids)
    return refreshed


def request_refresh(
    *,
    now: datetime,
    cause: JobRun | None = None,
    delay: timedelta | None = None,
    priority: int = JobRun.Priority.TODAY,
) -> list[int]:
    """Enqueue a refresh of all views; return a list with the id of the job.

    The default delay is REFRESH_DELAY, so that matches that end together share one refresh.
    """
    delay = settings.REFRESH_DELAY if delay is None else delay
    return ledger.enqueue(
        "refresh_views", {"all": ""}, now=now, delay=delay, triggered_by=cause, priority=priority
    )


def request_team_boards(*, now: datetime, cause: JobRun | None = None) -> list[int]:
    """Enqueue a refresh of the team leaderboards, due when the pause after their last refresh has ended."""
    delay = max(NOW, (team_board_schedule.next_refresh_at(now=now) or now) - now)
    return ledger.enqueue(
        "refresh_team_boards",
        {"all": ""},
        now=now,
        delay=delay,
        triggered_by=cause,
        priority=JobRun.Priority.TODAY,
    )


def request_panel_changes(season_ids: Iterable[int], *, now: datetime, cause: JobRun | None = None) -> None:
    """Enqueue a job for each season whose panel should change, with the priority of archive work."""
    due = [season_id for season_id in season_ids if panel.next_change(season_id)]
    seasons = Season.objects.in_bulk(due)
    if due:
        subjects = {str(pk): str(season) for pk, season in seasons.items()}
        ledger.enqueue("change_panel", subjects, now=now, triggered_by=cause)


def sweep_team_boards(now: datetime) -> int:
    """Enqueue a refresh of the team leaderboards if they are older than the others; return the job count.

    Returns 0 if such a job is already queued or running.
    """
    if _has_open_job("refresh_team_boards") or not team_board_schedule.behind_since():
        return 0
    return len(request_team_boards(now=now))


def sweep_unfolded(now: datetime) -> int:
    """Enqueue a refresh if leaderboards or league tables are out of date; return the job count.

    Returns 0 if such a job is already queued or running.
    """
    if _has_open_job("refresh_views"):
        return 0
    if fold.to_fold().exists() or fold.to_unfold().exists() or _has_changes_to_show():
        return len(request_refresh(now=now))
    return 0


def _has_changes_to_show() -> bool:
    return pending_changes.pending().exists() or StandingsChange.objects.exists()


def _has_open_job(kind: str) -> bool:
    return JobRun.objects.filter(kind=kind, state__in=JobRun.OPEN).exists()
