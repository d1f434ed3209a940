"""Jobs that simulate seasons, and the functions that enqueue them. Only the workers import numpy.

Both jobs share a schedule: together they run at most a fifth of the time (schedule.py).
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import structlog
from django.db.models import Exists, OuterRef
from django.utils import timezone

from core.pipeline import ledger, registry
from core.pipeline.models import JobRun
from core.pipeline.runner import Skip
from matches.models import Match, Prediction, Season, Stage
from matches.statuses import UNSETTLED
from stats.models import SeasonForecast
from stats.season_forecasts import schedule

log = structlog.get_logger("stats")

# A simulation takes about a second per table, so results within five minutes share a job. The longest pause
# of the schedule is shorter: four times the longest run, which is TIME_LIMIT plus one simulation.
DELAY = timedelta(minutes=5)


class _TooEarly(NamedTuple):
    """Result of `prepare` during the pause of the schedule, which ends at `until`."""

    until: datetime


def _in_time(compute: Callable[[JobRun, datetime], Any]) -> Callable[[JobRun], Any]:
    """Return a `prepare` function of a job; it does not call `compute` during the pause of the schedule."""

    def prepare(run: JobRun) -> Any:
        now = timezone.now()
        allowed_at = schedule.next_run_at(now=now)
        if allowed_at and allowed_at > now + ledger.EARLY:
            return _TooEarly(allowed_at)
        return compute(run, now)

    return prepare


def _compute_season(run: JobRun, now: datetime) -> Any:
    from stats.season_forecasts import forecast_rows  # imports numpy

    return forecast_rows.compute(Season.objects.get(pk=int(run.key)), at=now)


def _compute_backtest(run: JobRun, now: datetime) -> Any:
    from stats.season_forecasts import places_backtest  # imports numpy

    stage = Stage.objects.select_related("season__competition").get(pk=int(run.key))
    try:
        return places_backtest.compute(stage, at=now)
    except places_backtest.NoBacktest as reason:
        raise Skip(str(reason)) from reason


@registry.job(
    queue="teams",
    prepare=_in_time(_compute_season),
    longest_wait=lambda: DELAY,
    is_brought_forward=False,
    is_background=True,
    imports=("stats.season_forecasts.forecast_rows",),
)
def simulate_season(*, run: JobRun, prepared: Any) -> None:
    """Store the forecasts of a season whose input changed; enqueue a job for the rest, if any is left.

    Also enqueues the back-test of complete stages. If no input changed, the forecasts get the time of this
    run as their `as_of`, by which the sweep sees that they are up to date.
    """
    from stats.season_forecasts import forecast_rows

    now = timezone.now()
    if isinstance(prepared, _TooEarly):
        ledger.postpone(run, until=prepared.until, now=now)
        return
    forecast_rows.store(prepared)
    if prepared.is_partial:
        request_season_forecasts([int(run.key)], now=now, cause=run)
    request_backtests([row.stage for row in prepared.rows if row.open_matches == 0], now=now, cause=run)
    log.info("season simulated", forecasts=len(prepared.rows))


@registry.job(
    queue="teams",
    prepare=_in_time(_compute_backtest),
    longest_wait=lambda: DELAY,
    is_brought_forward=False,
    is_background=True,
    imports=("stats.season_forecasts.places_backtest",),
)
def backtest_places(*, run: JobRun, prepared: Any) -> None:
    """Store the back-test of a complete stage; enqueue a job for the rest of it, if any is left.

    Raises Skip if no matchday changed.
    """
    from stats.season_forecasts import places_backtest

    now = timezone.now()
    if isinstance(prepared, _TooEarly):
        ledger.postpone(run, until=prepared.until, now=now)
        return
    places_backtest.store(prepared)
    if prepared.is_partial:
        request_backtests([prepared.stage], now=now, cause=run)
    elif not prepared.rows:
        raise Skip("The back-test is up to date.")


def request_season_forecasts(
    season_ids: Iterable[int], *, now: datetime, cause: JobRun | None = None
) -> list[int]:
    """Enqueue the simulation of those seasons that have a stage with a table; return the job ids."""
    tables = Stage.objects.filter(season=OuterRef("pk"), kind__in=[Stage.Kind.LEAGUE, Stage.Kind.GROUPS])
    seasons = Season.objects.filter(Exists(tables), pk__in=list(season_ids)).select_related("competition")
    subjects = {str(season.pk): str(season) for season in seasons}
    if not subjects:
        return []
    return ledger.enqueue("simulate_season", subjects, now=now, delay=DELAY, triggered_by=cause)


def request_backtests(stages: Sequence[Stage], *, now: datetime, cause: JobRun | None = None) -> list[int]:
    """Enqueue the back-tests of the leagues among these stages; return the job ids."""
    subjects = {str(stage.pk): str(stage) for stage in stages if stage.kind == Stage.Kind.LEAGUE}
    if not subjects:
        return []
    return ledger.enqueue("backtest_places", subjects, now=now, delay=DELAY, triggered_by=cause)


def sweep_season_forecasts(now: datetime) -> int:
    """Enqueue simulations of seasons in which predictions of open matches became public; return the count.

    Forecasts with the probabilities of these forecasters change then, although there is no new result.
    """
    predicted = Prediction.objects.current().filter(match=OuterRef("pk"), p_home__isnull=False)
    older = SeasonForecast.objects.filter(
        stage=OuterRef("stage"), forecaster=None, as_of__lt=OuterRef("reveal_at")
    )
    open_matches = Match.objects.filter(status__in=UNSETTLED, reveal_at__lte=now)
    due = open_matches.filter(Exists(older), Exists(predicted)).values_list("season_id", flat=True)
    queued = JobRun.objects.filter(kind="simulate_season", state__in=JobRun.OPEN)
    waiting = set(queued.values_list("key", flat=True))
    return len(request_season_forecasts([pk for pk in due.distinct() if str(pk) not in waiting], now=now))
