"""The digest is made by the database of what the row says, as docs/examples/verify.py makes it."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from docs.examples import verify
from matches.api.commitments import SealedSerializer
from matches.models import Prediction
from matches.result import MAX_PREDICTED_GOALS
from tests.example_counts import examples
from tests.factories import oracle, predict, upcoming_match

pytestmark = pytest.mark.django_db
LIVE = Prediction.Provenance.LIVE

GOALS = st.none() | st.tuples(*[st.integers(0, MAX_PREDICTED_GOALS)] * 2)
CHANCES = st.none() | st.tuples(*[st.floats(1e-12, 1)] * 3).map(lambda p: tuple(each / sum(p) for each in p))
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)
MOMENTS = st.none() | st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001 # the zone is another argument
    datetime(2026, 1, 1),  # noqa: DTZ001 # before the kickoff, as every live prediction
    timezones=st.just(UTC),
)


@examples(150)
@given(goals=GOALS, chances=CHANCES, rationale=WORDS, version=WORDS, at=MOMENTS)
def test_verify_computes_the_same_form_and_digest_as_the_database(goals, chances, rationale, version, at):
    if goals is None and chances is None:
        goals = (0, 0)
    with transaction.atomic():
        row = Prediction.objects.create(
            match=upcoming_match(),
            forecaster=oracle(),
            home_goals=goals and goals[0],
            away_goals=goals and goals[1],
            p_home=chances and chances[0],
            p_draw=chances and chances[1],
            p_away=chances and chances[2],
            predicted_at=at,
            rationale=rationale,
            model_version=version,
            provenance=LIVE,
        )
        row.refresh_from_db()
        said = json.loads(json.dumps(SealedSerializer(row).data, default=str))
        assert verify.digest_of(said) == row.digest
        transaction.set_rollback(True)


def test_equal_predictions_have_different_digests():
    first, second = (predict(upcoming_match(), oracle(), (2, 1), provenance=LIVE) for _ in range(2))

    assert isinstance(first.salt, UUID)
    assert first.salt != second.salt
    assert first.digest != second.digest


@pytest.mark.parametrize("column", ["digest", "salt"])
def test_a_digest_cannot_be_set_or_changed(column):
    row = predict(upcoming_match(), oracle(), (2, 1), provenance=LIVE)

    with pytest.raises(Exception, match=r"generated|prediction-immutable"), transaction.atomic():
        connection.cursor().execute(
            f"UPDATE matches_prediction SET {column} = %s WHERE id = %s",
            ["00000000-0000-0000-0000-000000000000", row.pk],
        )


def test_a_row_that_is_tampered_with_has_another_digest():
    row = predict(upcoming_match(), oracle(), (2, 1), provenance=LIVE)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # as only a superuser can
        cursor.execute("UPDATE matches_prediction SET home_goals = 3 WHERE id = %s", [row.pk])

    assert Prediction.objects.get(pk=row.pk).digest != row.digest


def test_a_prediction_can_still_be_superseded():
    match = upcoming_match()
    first = predict(match, oracle(), (2, 1), provenance=LIVE)
    predict(match, oracle(), (1, 1), provenance=LIVE)

    first.refresh_from_db()
    assert first.superseded_at is not None


def test_a_digest_does_not_depend_on_the_session():
    row = predict(upcoming_match(), oracle(), None, (0.1, 0.2, 0.7), provenance=LIVE)
    with connection.cursor() as cursor:
        for setting in ("extra_float_digits = 0", "TimeZone = 'Asia/Tokyo'", "DateStyle = 'German'"):
            cursor.execute(f"SET LOCAL {setting}")
        cursor.execute(
            "SELECT matches_prediction_digest(match_id, forecaster_id, home_goals, away_goals,"
            " p_home, p_draw, p_away, predicted_at, submitted_at,"
            " provenance, model_version, rationale, salt) = digest"
            " FROM matches_prediction WHERE id = %s",
            [row.pk],
        )
        assert cursor.fetchone() == (True,)
