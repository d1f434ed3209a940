"""The log of a match: every live prediction as it arrived, without a gap, whichever code submits."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from matches.imports.predictions.bulk import import_predictions
from matches.imports.predictions.copy_format import ImportRow
from matches.models import Prediction, PredictionLog, PredictionLogEntry
from matches.services import predictions
from tests.factories import ForecasterFactory, MatchFactory, coin, homer, oracle, predict, upcoming_match

LIVE, ARCHIVE = Prediction.Provenance.LIVE, Prediction.Provenance.ARCHIVE


def positions(match) -> list[tuple[int, int]]:
    entries = PredictionLogEntry.objects.filter(match=match).order_by("position")
    return list(entries.values_list("position", "prediction"))


@pytest.mark.django_db
def test_live_predictions_are_numbered_as_they_come_superseded_ones_included():
    match = upcoming_match()
    rows = [predict(match, who, (1, 0), provenance=LIVE) for who in (oracle(), coin(), oracle())]

    assert positions(match) == [(number, row.pk) for number, row in enumerate(rows, 1)]
    assert PredictionLog.objects.get(match=match).size == 3


@pytest.mark.django_db
def test_each_match_has_a_log_of_its_own_also_within_one_statement():
    first, second = upcoming_match(), upcoming_match()
    new = [
        predictions.NewPrediction(match_id=match.pk, forecaster_id=who.pk, home_goals=1, away_goals=0)
        for who in (oracle(), coin(), homer())
        for match in (first, second)
    ]
    predictions.submit_predictions(new, provenance=LIVE, now=timezone.now())

    for match in (first, second):
        assert [position for position, _ in positions(match)] == [1, 2, 3]


@pytest.mark.django_db
def test_archive_predictions_are_in_no_log():
    match = MatchFactory()
    predict(match, oracle(), (1, 0))
    list(import_predictions([ImportRow(1, match.pk, coin().pk, 1, 0)]))

    assert not PredictionLogEntry.objects.exists()
    assert not PredictionLog.objects.exists()


@pytest.mark.django_db
def test_copy_is_logged_too():
    match = upcoming_match()
    rows = [ImportRow(number, match.pk, who.pk, 1, 0) for number, who in enumerate((oracle(), coin()))]
    list(import_predictions(rows, provenance=LIVE))

    assert [position for position, _ in positions(match)] == [1, 2]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE matches_predictionlogentry SET position = 7",
        "DELETE FROM matches_predictionlogentry",
        "UPDATE matches_predictionlog SET size = 7",
        "DELETE FROM matches_predictionlog",
        "INSERT INTO matches_predictionlogentry (match_id, position, prediction_id)"
        " SELECT match_id, 9, id FROM matches_prediction",
        "DELETE FROM matches_prediction",
    ],
)
def test_a_log_cannot_be_changed(change):
    predict(upcoming_match(), oracle(), (1, 0), provenance=LIVE)

    with pytest.raises(IntegrityError), transaction.atomic():  # noqa: PT012
        connection.cursor().execute(change)
        connection.check_constraints()


@pytest.mark.django_db(transaction=True)
def test_submissions_at_the_same_time_leave_no_gap_and_no_number_twice():
    match = upcoming_match()
    cast = [ForecasterFactory(name=f"Forecaster {number}") for number in range(12)]

    def submit(some) -> None:
        try:
            for who in some:
                predict(match, who, (1, 0), provenance=LIVE)
        finally:
            connection.close()

    threads = [threading.Thread(target=submit, args=(cast[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [position for position, _ in positions(match)] == list(range(1, 13))


@pytest.mark.django_db(transaction=True)
def test_a_submission_that_is_rolled_back_leaves_no_gap():
    match = upcoming_match()
    predict(match, oracle(), (1, 0), provenance=LIVE)
    with transaction.atomic():
        predict(match, coin(), (1, 0), provenance=LIVE)
        transaction.set_rollback(True)
    predict(match, homer(), (1, 0), provenance=LIVE)

    assert [position for position, _ in positions(match)] == [1, 2]
