"""Predictions refer to matches and forecasters that exist, though no foreign key says so."""

import threading
from collections.abc import Callable

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from matches.models import Match, Prediction
from tests.factories import MatchFactory, oracle, predict

INSERT = (
    "INSERT INTO matches_prediction (match_id, forecaster_id, home_goals, away_goals, provenance,"
    " rationale) VALUES (%s, %s, 1, 0, 'archive', '')"
)


def insert(match_id: int, forecaster_id: int) -> None:
    connection.cursor().execute(INSERT, [match_id, forecaster_id])


@pytest.mark.django_db
def test_a_prediction_without_a_match_or_forecaster_is_refused():
    match, who = MatchFactory(), oracle()

    with pytest.raises(IntegrityError, match="there is no match 12345"), transaction.atomic():
        insert(12345, who.pk)
    with pytest.raises(IntegrityError, match="there is no forecaster 12345"), transaction.atomic():
        insert(match.pk, 12345)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM matches_match",
        "DELETE FROM matches_forecaster",
        "TRUNCATE matches_forecaster CASCADE",
        "UPDATE matches_match SET id = id + 1000",
        "UPDATE matches_forecaster SET id = id + 1000",
    ],
)
def test_what_predictions_refer_to_stays(change):
    predict(MatchFactory(), oracle(), (1, 0))
    connection.check_constraints()

    with pytest.raises(IntegrityError, match="prediction-refers-to-it"), transaction.atomic():
        connection.cursor().execute(change)


@pytest.mark.django_db
def test_what_nothing_refers_to_can_go():
    predict(MatchFactory(), oracle(), (1, 0))
    spare = MatchFactory()

    Match.objects.filter(pk=spare.pk).delete()

    assert Match.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["insert", "delete"])
def test_the_second_of_a_concurrent_deletion_and_prediction_waits_and_fails(first):
    """A deletion and a prediction of the same match at once: one of them, and never an orphan."""
    match, who = MatchFactory(), oracle()
    ways: dict[str, Callable[[], object]] = {
        "insert": lambda: insert(match.pk, who.pk),
        "delete": lambda: connection.cursor().execute("DELETE FROM matches_match"),
    }
    second = ways["delete" if first == "insert" else "insert"]
    errors: list[BaseException] = []

    with transaction.atomic():
        ways[first]()
        thread = threading.Thread(target=attempt, args=(second, errors))
        thread.start()
        thread.join(0.5)
        assert thread.is_alive(), "it waits"
    thread.join(10)

    assert [type(error) for error in errors] == [IntegrityError]
    assert Prediction.objects.exists() == Match.objects.exists() == (first == "insert")


def attempt(work: Callable[[], object], errors: list[BaseException]) -> None:
    try:
        work()
    except DatabaseError as error:
        errors.append(error)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_an_old_snapshot_deletes_nothing():
    """It would not see a prediction that was stored since."""
    MatchFactory()
    oracle()

    with pytest.raises(DatabaseError, match="READ COMMITTED only"), transaction.atomic():
        repeatable_delete()


def repeatable_delete() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("DELETE FROM matches_forecaster")
