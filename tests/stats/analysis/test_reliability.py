"""Calibration reports of forecasters with enough matches, computed again only if their cells change."""

import pytest
from django.utils import timezone

from core.pipeline.models import JobRun
from stats.analysis import reliability
from stats.analysis.jobs import request_calibration
from stats.inference.calibration import cells_of, reliability_curve
from stats.models import CalibrationCell, CalibrationReport, Participant, Scope, Tally
from tests.factories import SeasonFactory, coin, oracle
from tests.pipeline_helpers import run_waiting

CELLS = {  # outcome: (thousandths, predictions, hits)
    "home": [(500, 60, 33), (700, 60, 45)],
    "draw": [(200, 60, 12), (250, 60, 15)],
    "away": [(100, 60, 9), (250, 60, 6)],
}


def add_cells(season, forecaster, *, share: int = 1, provenance: str = "archive") -> None:
    """120 matches of a forecaster, or a share of them."""
    Participant.objects.get_or_create(season=season, forecaster=forecaster, defaults={"role": "panel"})
    CalibrationCell.objects.bulk_create(
        CalibrationCell(
            season=season,
            forecaster=forecaster,
            provenance=provenance,
            outcome=outcome,
            thousandths=thousandths,
            predictions=predictions // share,
            hits=hits // share,
        )
        for outcome, rows in CELLS.items()
        for thousandths, predictions, hits in rows
    )


def compute(season) -> list[CalibrationReport]:
    computed = reliability.compute(season, at=timezone.now())
    reliability.store(computed)
    return computed.reports


@pytest.mark.django_db
def test_forecasters_with_enough_matches_have_a_report_on_every_board_of_the_season():
    season = SeasonFactory()
    add_cells(season, oracle())
    add_cells(season, coin(), share=2)

    reports = compute(season)

    assert [(each.scope, each.forecaster, each.matches) for each in reports] == [
        ("season", oracle(), 120),
        ("competition", oracle(), 120),
        ("overall", oracle(), 120),
    ]
    parts = reports[0].parts["rps"]
    assert parts["score"] == pytest.approx(parts["mcb"] - parts["dsc"] + parts["unc"], abs=1e-12)
    assert sum(reports[0].sharpness["home"]) == 120


@pytest.mark.django_db
def test_reports_are_computed_again_only_if_their_cells_changed():
    season = SeasonFactory()
    add_cells(season, oracle())
    assert len(compute(season)) == 3
    assert compute(season) == []

    CalibrationCell.objects.filter(outcome="home", thousandths=500).update(hits=20)

    assert len(compute(season)) == 3
    assert CalibrationReport.objects.count() == 3


@pytest.mark.django_db
def test_the_report_of_a_forecaster_who_left_the_panel_is_deleted():
    season = SeasonFactory()
    add_cells(season, oracle())
    compute(season)

    CalibrationCell.objects.all().delete()
    compute(season)

    assert not CalibrationReport.objects.filter(scope=Scope.SEASON).exists()


@pytest.mark.django_db
def test_reports_of_all_boards_are_deleted_if_too_few_matches_are_left():
    season = SeasonFactory()
    add_cells(season, oracle())
    elsewhere = SeasonFactory(label="2024/25")
    add_cells(elsewhere, coin())
    compute(season)
    compute(elsewhere)

    CalibrationCell.objects.filter(season=season, thousandths=250).delete()
    CalibrationCell.objects.filter(season=season).update(predictions=20, hits=5)
    compute(season)

    assert not CalibrationReport.objects.filter(forecaster=oracle()).exists()
    assert CalibrationReport.objects.filter(forecaster=coin()).count() == 3


@pytest.mark.django_db
def test_the_job_is_queued_once_anyone_has_enough_matches():
    season = SeasonFactory()
    add_cells(season, oracle())
    request_calibration([season.pk], now=timezone.now())
    assert not JobRun.objects.exists()

    Tally.objects.create(
        scope=Scope.OVERALL, forecaster=oracle(), provenance="archive", probability_matches=120
    )
    request_calibration([season.pk], now=timezone.now())
    (run,) = run_waiting("compute_calibration")

    assert run.state == JobRun.State.DONE
    assert CalibrationReport.objects.count() == 3


def test_the_stored_points_draw_the_same_curve():
    thousandths = list(range(10, 990, 7))
    cells = cells_of(
        *map(reliability.np.array, (thousandths, [3] * 140, [min(3, each // 260) for each in thousandths]))
    )
    curve = reliability_curve(cells)
    stored = reliability.points(curve)

    drawn = reliability.np.interp(curve.probability, stored["probability"], stored["recalibrated"])
    assert abs(drawn - curve.recalibrated).max() < 1e-4
    assert len(stored["probability"]) < len(thousandths) / 3
