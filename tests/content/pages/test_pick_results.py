"""Predicted scores of a forecaster against the results, on its profile."""

import pytest

from content.pages.charts.pick_results import pick_results
from tests.content.pages.conftest import count_results
from tests.factories import MatchFactory, coin, oracle, predict, record

pytestmark = pytest.mark.django_db


def settle(label: str, pick: tuple[int, int], result: tuple[int, int], **more) -> None:
    match = MatchFactory(round_label=label)
    predict(match, oracle(), pick, **more)
    record(match, *result)
    count_results()


def test_each_prediction_is_counted_by_both_goal_differences_and_by_its_points():
    settle("R1", (2, 1), (2, 1))
    settle("R2", (2, 1), (0, 3))
    settle("R3", (5, 0), (0, 0))

    found = pick_results(oracle().pk)

    assert found is not None
    counts = {
        (predicted, actual): cell.count
        for predicted, cells in found.rows
        for actual, cell in zip(range(-3, 4), cells, strict=True)
        if cell.count
    }
    assert counts == {(1, 1): 1, (1, -3): 1, (3, 0): 1}
    assert found.points[0] == 2
    assert sum(found.points) == found.predictions == 3


def test_a_corrected_result_is_counted_once():
    settle("R1", (2, 1), (2, 1))
    match = MatchFactory._meta.model.objects.get()
    record(match, 0, 1)
    count_results()

    found = pick_results(oracle().pk)

    assert found is not None
    assert (found.predictions, found.points[0]) == (1, 1)


def test_hindsight_predictions_are_left_out():
    settle("R1", (2, 1), (2, 1), provenance="hindsight")

    assert pick_results(oracle().pk) is None


def test_a_forecaster_without_predicted_scores_has_no_section(client):
    match = MatchFactory()
    predict(match, coin(), None, (0.4, 0.3, 0.3))
    record(match, 1, 0)
    count_results()

    assert "Predicted scores against results" not in client.get("/forecasters/the-coin/").content.decode()


def test_the_profile_shows_the_table_and_the_bars(client):
    settle("R1", (2, 1), (2, 1))

    page = client.get("/forecasters/the-oracle/").content.decode()

    assert "Predicted scores against results" in page
    assert '<td class="shade-4 happened">1</td>' in page
    assert "Number of predictions by points" in page
