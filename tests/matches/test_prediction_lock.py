"""The lock: the database's own clock decides, whichever code asks."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from matches.models import Prediction
from tests.factories import MatchFactory, coin, move, oracle, predict, record, time_passes, upcoming_match

pytestmark = pytest.mark.django_db

LIVE = Prediction.Provenance.LIVE


def test_a_live_prediction_before_the_lock_is_stored_with_the_databases_time():
    before = timezone.now()

    prediction = predict(upcoming_match(), oracle(), (2, 1), provenance=LIVE)

    prediction.refresh_from_db()
    assert before - timedelta(seconds=1) < prediction.submitted_at < timezone.now() + timedelta(seconds=1)


INSERT = (
    "INSERT INTO matches_prediction (match_id, forecaster_id, home_goals, away_goals, provenance,"
    " rationale{column}) VALUES (%s, %s, 1, 0, 'live', ''{value})"
)


@pytest.mark.parametrize("how", ["orm", "bulk", "sql"])
def test_a_prediction_cannot_be_backdated(how):
    match, who = upcoming_match(), oracle()
    dated = {"submitted_at": timezone.now() - timedelta(days=300)}
    row = Prediction(match=match, forecaster=who, home_goals=1, away_goals=0, provenance=LIVE, **dated)
    insert = INSERT.format(column=", submitted_at", value=", now() - interval '1 year'")
    ways = {
        "orm": row.save,
        "bulk": lambda: Prediction.objects.bulk_create([row]),
        "sql": lambda: connection.cursor().execute(insert, [match.pk, who.pk]),
    }

    with pytest.raises(IntegrityError, match="prediction-stamped"), transaction.atomic():
        ways[how]()

    assert not Prediction.objects.exists()


@pytest.mark.parametrize("how", ["service", "orm", "bulk", "sql"])
def test_the_database_refuses_a_live_prediction_after_the_kickoff(how):
    match, who = MatchFactory(), oracle()
    row = Prediction(match=match, forecaster=who, home_goals=1, away_goals=0, provenance=LIVE)
    insert = INSERT.format(column="", value="")
    ways = {
        "service": lambda: predict(match, who, (1, 0), provenance=LIVE),
        "orm": row.save,
        "bulk": lambda: Prediction.objects.bulk_create([row]),
        "sql": lambda: connection.cursor().execute(insert, [match.pk, who.pk]),
    }

    with pytest.raises(IntegrityError, match="prediction-locked"), transaction.atomic():
        ways[how]()

    assert not Prediction.objects.exists()


def test_an_archive_prediction_is_accepted_after_the_kickoff():
    assert predict(MatchFactory(), oracle(), (2, 1)).provenance == "archive"


def test_a_newer_submission_supersedes_the_older_one_before_the_lock():
    match = upcoming_match()
    first = predict(match, oracle(), (1, 0), provenance=LIVE)

    second = predict(match, oracle(), (3, 0), provenance=LIVE)

    first.refresh_from_db()
    assert first.superseded_at is not None
    assert list(Prediction.objects.current()) == [second]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE matches_prediction SET home_goals = 5",
        "UPDATE matches_prediction SET superseded_at = now()",
        "UPDATE matches_prediction SET provenance = 'live'",
        "DELETE FROM matches_prediction",
    ],
)
def test_a_locked_prediction_stays_as_it_is(change):
    predict(MatchFactory(), oracle(), (2, 1))

    with pytest.raises(IntegrityError, match="prediction-locked"), transaction.atomic():
        connection.cursor().execute(change)


def test_before_the_lock_a_pick_can_be_superseded_but_not_edited():
    predict(upcoming_match(), oracle(), (2, 1), provenance=LIVE)

    with pytest.raises(IntegrityError, match="prediction-immutable"), transaction.atomic():
        Prediction.objects.update(home_goals=5)


def test_a_new_kickoff_reopens_the_match_and_keeps_what_was_submitted():
    match = MatchFactory()
    kept = predict(match, oracle(), (2, 1))

    move(match, timezone.now() + timedelta(days=3))
    predict(match, coin(), (0, 0), provenance=LIVE)

    assert Prediction.objects.current().count() == 2
    assert kept in Prediction.objects.current()


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"home_goals": 1}, "prediction_score_paired"),
        ({}, "prediction_says_something"),
        ({"home_goals": 31, "away_goals": 0}, "prediction_goals_in_range"),
        ({"p_home": 0.5, "p_draw": 0.5}, "prediction_probabilities_together"),
        ({"p_home": 0.5, "p_draw": 0.5, "p_away": 0.1}, "prediction_probabilities_sum_to_one"),
        ({"p_home": 1.2, "p_draw": -0.1, "p_away": -0.1}, "prediction_probabilities_in_range"),
        ({"p_home": float("nan"), "p_draw": 0.5, "p_away": 0.5}, "prediction_probabilities"),
    ],
)
def test_the_database_refuses_an_invalid_prediction(columns, constraint):
    row = Prediction(
        match=upcoming_match(),
        forecaster=oracle(),
        provenance=LIVE,
        **columns,
    )

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save()


def test_a_sum_within_a_thousandth_is_accepted():
    assert predict(upcoming_match(), oracle(), None, (0.3334, 0.3334, 0.3334), LIVE).pk


@pytest.mark.parametrize("status", ["live", "finished", "awarded", "abandoned", "cancelled"])
def test_a_match_that_has_begun_is_locked_even_before_its_kickoff(status):
    match = upcoming_match()
    kept = predict(match, oracle(), (1, 1))
    time_passes(match, timedelta(days=2))
    record(match, 3, 3, status=status)
    time_passes(match, -timedelta(days=2))

    with pytest.raises(IntegrityError, match="prediction-locked"), transaction.atomic():
        predict(match, coin(), (3, 3), provenance=LIVE)
    with pytest.raises(IntegrityError, match="prediction-locked"), transaction.atomic():
        predict(match, oracle(), (3, 3))

    assert list(Prediction.objects.all()) == [kept]
