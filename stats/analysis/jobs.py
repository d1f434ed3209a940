"""Jobs that compute statistics in the background, and the functions that enqueue them.

They import numpy only when they run, because no other worker needs it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from core.pipeline import ledger, registry
from core.pipeline.models import JobRun
from core.pipeline.runner import Skip
from matches.models import Season
from stats.leaderboards import Board
from stats.models import Participant, Scope, Tally

INFERENCE_DELAY = timedelta(seconds=5)  # refreshes within this time share a run
# Reliability curves change slowly and take up to a second each, so results within five minutes share a run.
CALIBRATION_DELAY = timedelta(minutes=5)
# Equal to stats.inference.calibration.MIN_MATCHES, which is not imported here, because it needs numpy.
CALIBRATION_MATCHES = 100


def boards_of(season: Season) -> list[Board]:
    """Return the leaderboards whose intervals and calibration depend on a season."""
    return [Board.of(season), Board.of(season.competition), Board()]


def _prepare_inference(run: JobRun) -> Any:
    from stats.analysis import board_inference  # imports numpy

    scope, _, scope_id = run.key.partition(":")
    return board_inference.compute(Board(scope, int(scope_id)))


@registry.job(
    queue="teams",
    prepare=_prepare_inference,
    longest_wait=lambda: INFERENCE_DELAY,
    is_brought_forward=False,
    is_background=True,
    imports=("stats.analysis.board_inference",),
)
def compute_board_inference(*, run: JobRun, prepared: Any) -> None:
    """Store the intervals, possible ranks, tiers and adjusted scores of one leaderboard.

    For a season, also store the course of its leaderboard and the difficulties of its matches.
    """
    from stats.analysis import board_inference

    board_inference.store(prepared)


def _prepare_calibration(run: JobRun) -> Any:
    from stats.analysis import reliability  # imports numpy

    season = Season.objects.select_related("competition").get(pk=int(run.key))
    return reliability.compute(season, at=timezone.now())


@registry.job(
    queue="teams",
    prepare=_prepare_calibration,
    longest_wait=lambda: CALIBRATION_DELAY,
    is_brought_forward=False,
    is_background=True,
    imports=("stats.analysis.reliability",),
)
def compute_calibration(*, run: JobRun, prepared: Any) -> None:
    """Store the changed calibration reports of a season's panel; enqueue a job for the rest, if any is left.

    Raises Skip if no report changed.
    """
    from stats.analysis import reliability

    reliability.store(prepared)
    if prepared.is_partial:
        _enqueue_calibration([int(run.key)], now=timezone.now(), cause=run)
    elif not prepared.reports and not prepared.outdated:
        raise Skip("No calibration has changed.")


def request_board_inference(season_ids: Sequence[int], *, now: datetime, cause: JobRun | None = None) -> None:
    """Enqueue a job for each leaderboard that includes one of these seasons."""
    seasons = Season.objects.select_related("competition").in_bulk(season_ids).values()
    boards = {f"{each.scope}:{each.scope_id}": each.label for season in seasons for each in boards_of(season)}
    if boards:
        ledger.enqueue("compute_board_inference", boards, now=now, delay=INFERENCE_DELAY, triggered_by=cause)


def request_calibration(season_ids: Sequence[int], *, now: datetime, cause: JobRun | None = None) -> None:
    """Enqueue the computation of calibration reports of seasons in which anyone has enough matches."""
    panel = Participant.objects.filter(season__in=season_ids).exclude(role=Participant.Role.OUTSIDE)
    enough = Tally.objects.filter(
        scope=Scope.OVERALL,
        scope_id=0,
        probability_matches__gte=CALIBRATION_MATCHES,
        forecaster=OuterRef("forecaster_id"),
    )
    due = panel.filter(Exists(enough)).order_by().values_list("season_id", flat=True).distinct()
    _enqueue_calibration(list(due), now=now, cause=cause)


def _enqueue_calibration(season_ids: Sequence[int], *, now: datetime, cause: JobRun | None) -> None:
    subjects = {str(pk): str(season) for pk, season in Season.objects.in_bulk(season_ids).items()}
    if subjects:
        ledger.enqueue("compute_calibration", subjects, now=now, delay=CALIBRATION_DELAY, triggered_by=cause)
